"""Groups of stakeholders: the bot comes and goes, and admins choose when each reads its digest."""
