"""SQLite with a fair turn for writers."""
