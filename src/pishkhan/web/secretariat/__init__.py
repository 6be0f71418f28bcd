"""The secretariat's desk: letters arrive, are registered and referred; answers go out."""
