"""Rows of letters. Each office keeps its own: nothing joins a counter's to an agency's."""

from pishkhan.letters.models.agency import (
    Addressee,
    Arrival,
    Draft,
    DraftVersion,
    Indicator,
    Initial,
    LetterNumber,
    Link,
    PreparedOrder,
    Reading,
    Referral,
)
from pishkhan.letters.models.approvals import ClassApproval
from pishkhan.letters.models.circulars import Circular
from pishkhan.letters.models.counter import (
    Answer,
    AnswerCode,
    DayClose,
    LookupThrottle,
    Person,
    Submission,
    TrackThrottle,
)
from pishkhan.letters.models.folders import FolderPlace, LetterFolder
from pishkhan.letters.models.pen import PenNote
from pishkhan.letters.models.posts import PostHandOver
from pishkhan.letters.models.problems import Problem
from pishkhan.letters.models.ratings import Rating
from pishkhan.letters.models.ready import GroupMember, LetterTemplate, ReadyPhrase, ReceiverGroup
from pishkhan.letters.models.series import NumberSeries
from pishkhan.letters.models.shared import PageLook, PageRow, StepRow

__all__ = [
    "Addressee",
    "Answer",
    "AnswerCode",
    "Arrival",
    "Circular",
    "ClassApproval",
    "DayClose",
    "Draft",
    "DraftVersion",
    "FolderPlace",
    "GroupMember",
    "Indicator",
    "Initial",
    "LetterFolder",
    "LetterNumber",
    "LetterTemplate",
    "Link",
    "LookupThrottle",
    "NumberSeries",
    "PageLook",
    "PageRow",
    "PenNote",
    "Person",
    "PostHandOver",
    "PreparedOrder",
    "Problem",
    "Rating",
    "Reading",
    "ReadyPhrase",
    "ReceiverGroup",
    "Referral",
    "StepRow",
    "Submission",
    "TrackThrottle",
]
