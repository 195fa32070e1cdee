"""/mitra: an admin keeps the partners, their quotas, and the city's ceiling a house."""
