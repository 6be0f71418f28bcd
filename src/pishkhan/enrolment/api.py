"""The door of enrolment: how a node joins its centre, by two files and a key that is read out."""

from __future__ import annotations

from pishkhan.enrolment.contracts import Applicant, Enrolled, Joined, spoken
from pishkhan.enrolment.logic.enrol import (
    MOST_REQUEST,
    MOST_WELCOME,
    enrol,
    join,
    read_request,
    read_welcome,
    request,
)

__all__ = [
    "MOST_REQUEST",
    "MOST_WELCOME",
    "Applicant",
    "Enrolled",
    "Joined",
    "enrol",
    "join",
    "read_request",
    "read_welcome",
    "request",
    "spoken",
]
