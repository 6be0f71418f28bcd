"""Shapes of a letter's class."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from pydantic import Field

from pishkhan.letters.contracts import Classification
from pishkhan.web.api.shapes.common import Given, Told


class ClassGiven(Given):
    classification: Classification
    reason: Annotated[str, Field(min_length=1, max_length=300)]


class ApprovalAsked(Told):
    referral: UUID
