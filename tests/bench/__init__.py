"""Scripts that print figures. They are not tests: nothing here fails because a machine is slow."""
