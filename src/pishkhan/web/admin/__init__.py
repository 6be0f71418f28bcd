"""The administrator's desk: it calls deeds, it edits no rows."""
