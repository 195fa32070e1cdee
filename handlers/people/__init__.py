"""Who may do what: the way in, roles, languages, menus, and the words for all of it."""
