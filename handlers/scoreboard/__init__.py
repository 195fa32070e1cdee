"""The pinned scoreboard of a group: what it says, when it is edited, how it stays pinned, its switch."""
