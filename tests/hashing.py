"""Argon2 at its lowest cost: the tests' passwords protect nobody, and a test hashes several."""

from __future__ import annotations

from django.contrib.auth import hashers


class Argon2PasswordHasher(hashers.Argon2PasswordHasher):
    """Django's own, but for what makes a guess dear (`tests/node/test_password_hasher.py`)."""

    time_cost = 1
    memory_cost = 8  # KiB, the least that Argon2 allows for one lane
    parallelism = 1
