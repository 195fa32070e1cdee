"""What every conversation is built from: endpoint, forms, buttons, texts."""
