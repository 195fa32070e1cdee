"""By when the work on a claim must go on: shown, asked to be later, granted or not, and what the clock does."""
