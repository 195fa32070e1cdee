"""The conversation: one module per thing people do; no network, no commit."""
