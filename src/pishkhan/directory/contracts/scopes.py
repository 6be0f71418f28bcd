"""What a program's token opens."""

from __future__ import annotations

from enum import StrEnum


class Scope(StrEnum):
    """What an API client's token opens, within the rights of the client's seat."""

    LETTERS_READ = "letters:read"
    LETTERS_WRITE = "letters:write"
    DIRECTORY_READ = "directory:read"
    POSTS_WRITE = "posts:write"
