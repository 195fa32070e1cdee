"""The digest: when it is due, what it says, and the same numbers at once on request."""
