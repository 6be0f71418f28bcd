"""The post desk: bags go between this node and others on a stick, by a page instead of commands."""
