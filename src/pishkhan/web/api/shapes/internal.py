"""Shapes of internal letters: to which posts, with what."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from pydantic import Field

from pishkhan.letters.contracts import Classification, Urgency
from pishkhan.web.api.shapes.agency import AnswerText
from pishkhan.web.api.shapes.common import Day, Given, Line
from pishkhan.web.api.shapes.numbers import LinkGiven


class PostToGiven(Given):
    """A post of the seat's own agency: to act, or to get a copy with a phrase."""

    post_id: UUID
    copied: bool = False
    phrase: Annotated[str, Field(max_length=120)] = ""


class PostsGiven(Given):
    posts: Annotated[list[PostToGiven], Field(min_length=1)]


class InternalGiven(PostsGiven):
    """A letter within one's own agency; without `recipient` the receivers' titles stand there."""

    recipient: Annotated[str, Field(max_length=200)] = ""
    subject: Line
    body: AnswerText
    urgency: Urgency = Urgency.NORMAL
    classification: Classification = Classification.NORMAL
    enclosures_class: Classification = Classification.NORMAL
    links: Annotated[list[LinkGiven], Field(max_length=20)] = Field([])
    deadline: Day | None = None
    answers: UUID | None = None
    """The internal letter, as it lies before the post, that this one answers."""
