"""/progres: a partner reports on the work until the house is handed over; a verifier confirms that it is done."""
