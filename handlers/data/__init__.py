"""What is held about a household (/data): shown, corrected, exported and erased, on request or when time is over."""
