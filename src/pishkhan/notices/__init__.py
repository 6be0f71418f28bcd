"""Short messages to people by SMS and e-mail: a queue that keeps each one's fate."""
