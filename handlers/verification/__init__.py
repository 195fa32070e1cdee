"""Verifying (/verifikasi): the queues of a verifier, the house card, and the decision."""
