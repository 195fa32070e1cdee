"""A house changes hands: a partner asks for it, or its holder refers it to another; the other side answers."""
