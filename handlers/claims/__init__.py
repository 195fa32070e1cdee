"""/klaim and /lepas: a partner takes houses within its means, one or many, and may give them back."""
