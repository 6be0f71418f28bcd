"""What the secretariat's desk and the cartable share: a letter's page and the deeds on it."""
