"""Files on their way in (tus 1.0 at /files/) and out (pages and previews)."""
