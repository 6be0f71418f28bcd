"""How a letter came to the counter: as it is kept in a row and as it travels, and told in short.

Kept and sent as one JSON object without empty parts: that of the common letter is `{}`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

from pishkhan.kernel import canonical
from pishkhan.kernel.text import mask_name
from pishkhan.letters.contracts import (
    AnswerTo,
    Bearer,
    Circumstances,
    Confirmed,
    IdKind,
    ProxyPaper,
    RecipientKind,
    Signer,
    Writing,
)
from pishkhan.letters.logic import wire

MOST_OTHERS = 99_999
MOST_SIGNERS = 1_000
MOST_ORIGINALS = 20
LONGEST_NAME = 160
LONGEST_ORIGINAL = 80
LONGEST_MOBILE_OF = 60
LONGEST_PAPER_NUMBER = 40


def kept(given: Circumstances) -> dict[str, Any]:
    """Return what is kept in a row and sent to the agency."""
    whole = {
        "bearer": _bearer_out(given.bearer) if given.bearer else None,
        "others": given.others,
        "signers": [
            _filled({"name": s.name, "number": s.number, "id_kind": s.id_kind.value})
            for s in given.signers
        ],
        "answer_to": given.answer_to.value if given.answer_to is AnswerTo.ANY else "",
        "writing": given.writing.value if given.writing else "",
        "confirmed": given.confirmed.value if given.confirmed else "",
        "originals": list(given.originals),
        "originals_to": given.originals_to.value if given.originals else "",
        "mobile_of": given.mobile_of,
    }
    return _filled(whole)


def read(found: object) -> Circumstances:
    """Return what a row or an envelope holds; Invalid `letters.bad-message` for another shape."""
    if not found:
        return Circumstances()
    if not isinstance(found, Mapping):
        raise wire.bad_message()
    return Circumstances(
        bearer=_bearer_in(wire.part(found, "bearer")) if found.get("bearer") else None,
        others=wire.whole(found, "others", most=MOST_OTHERS) if found.get("others") else 0,
        signers=_signers(found.get("signers", [])),
        answer_to=_one_of(found, "answer_to", AnswerTo) or AnswerTo.FIRST,
        writing=_one_of(found, "writing", Writing),
        confirmed=_one_of(found, "confirmed", Confirmed),
        originals=_originals(found.get("originals", [])),
        originals_to=_one_of(found, "originals_to", RecipientKind) or RecipientKind.APPLICANT,
        mobile_of=wire.line(found, "mobile_of", LONGEST_MOBILE_OF, required=False),
    )


def told(given: Circumstances) -> dict[str, str]:
    """Return what the timeline says of it: no name in full, no number."""
    bearer = given.bearer
    return {
        name: value
        for name, value in {
            "bearer": mask_name(bearer.name) if bearer else "",
            "paper": bearer.paper.value if bearer and bearer.paper else "",
            "others": str(given.others) if given.others else "",
            "writing": given.writing.value if given.writing is Writing.CLERK else "",
            "confirmed": given.confirmed.value if given.confirmed else "",
            "originals": str(len(given.originals)) if given.originals else "",
            "originals_to": given.originals_to.value if given.originals else "",
        }.items()
        if value
    }


def masked(given: Circumstances) -> Circumstances:
    """Return it as a receipt and a program of a counter see it: names masked, no number."""
    bearer = given.bearer
    return replace(
        given,
        bearer=replace(bearer, name=mask_name(bearer.name), number="") if bearer else None,
        signers=tuple(Signer(mask_name(each.name), "", each.id_kind) for each in given.signers),
    )


def digest(letter_id: UUID, given: Circumstances) -> str:
    """Return SHA-256 over the letter's id and all of it, in canonical JSON: for the entry."""
    return hashlib.sha256(canonical.dumps([str(letter_id), kept(given)])).hexdigest()


def may_take(given: Circumstances) -> tuple[Signer, ...]:
    """Return the signers who may take the answer besides the applicant."""
    if given.answer_to is not AnswerTo.ANY:
        return ()
    return tuple(each for each in given.signers if each.number)


def _filled(whole: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in whole.items() if value}


def _bearer_out(bearer: Bearer) -> dict[str, Any]:
    return _filled(
        {
            "name": bearer.name,
            "number": bearer.number,
            "id_kind": bearer.id_kind.value,
            "paper": bearer.paper.value if bearer.paper else "",
            "paper_number": bearer.paper_number,
            "paper_date": bearer.paper_date.isoformat() if bearer.paper_date else "",
        }
    )


def _bearer_in(found: Mapping[str, Any]) -> Bearer:
    return Bearer(
        name=wire.line(found, "name", LONGEST_NAME),
        number=wire.line(found, "number", 16),
        id_kind=wire.choice(found, "id_kind", IdKind),
        paper=_one_of(found, "paper", ProxyPaper),
        paper_number=wire.line(found, "paper_number", LONGEST_PAPER_NUMBER, required=False),
        paper_date=wire.day(found, "paper_date"),
    )


def _signers(found: object) -> tuple[Signer, ...]:
    if not isinstance(found, list) or len(found) > MOST_SIGNERS:
        raise wire.bad_message()
    return tuple(
        Signer(
            name=wire.line(each, "name", LONGEST_NAME),
            number=wire.line(each, "number", 16, required=False),
            id_kind=wire.choice(each, "id_kind", IdKind),
        )
        for each in map(_object, found)
    )


def _object(each: object) -> Mapping[str, Any]:
    if not isinstance(each, dict):
        raise wire.bad_message()
    return each


def _originals(found: object) -> tuple[str, ...]:
    if not isinstance(found, list) or len(found) > MOST_ORIGINALS:
        raise wire.bad_message()
    return tuple(wire.line({"name": each}, "name", LONGEST_ORIGINAL) for each in found)


def _one_of(found: Mapping[str, Any], key: str, kind: type[wire.E]) -> wire.E | None:
    return wire.choice(found, key, kind) if found.get(key) else None
