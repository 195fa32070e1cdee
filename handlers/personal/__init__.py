"""Personal digests: what a person hears from the clock of their own, and how they turn that off."""
