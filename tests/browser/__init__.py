"""Drives a real server and worker with a real browser, as people would. No row is read here."""
