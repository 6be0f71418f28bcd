"""To whom a letter goes: its receiver, and the agencies that get a copy (رونوشت)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, time
from typing import Any
from uuid import UUID

from pishkhan.directory import api as directory
from pishkhan.directory.contracts import OfficeRef
from pishkhan.directory.contracts.clearances import UNCLEARED
from pishkhan.kernel import rows
from pishkhan.kernel.errors import N_, Invalid, Message, NotFound, Refused
from pishkhan.kernel.ids import new_id
from pishkhan.letters.contracts import AddresseeView, CopyState, CopyTo, Official, SignedAs, Way
from pishkhan.letters.logic import entered, wire
from pishkhan.letters.logic.circular_list import circular_of
from pishkhan.letters.logic.seen import deadline_of, seen_by, standing_of
from pishkhan.letters.models import Addressee, Arrival

MOST_COPIES = 20
PHRASES = "letters.cc-phrases"
"""The setting with the phrases of copies, one text a phrase."""

FIRST_PHRASES = ("جهت استحضار", "جهت اطلاع", "جهت اقدام لازم", "جهت پیگیری")


def cc_phrases() -> tuple[str, ...]:
    """Return the phrases that a copy may bear, as the administrator set them."""
    found = directory.setting(PHRASES)
    return tuple(str(each) for each in found) if isinstance(found, list) else FIRST_PHRASES


def checked_addressees(
    own: UUID,
    agency_id: UUID | None,
    copies: Sequence[CopyTo],
    *,
    classification: str = UNCLEARED,
) -> list[dict[str, object]]:
    """Return the rows' values, the receiver first; Invalid names `agency_id` or `copies`.

    A letter above class 1 goes from confidential secretariat to confidential secretariat alone.
    """
    if agency_id is None:
        raise _wrong("agency_id", N_("Choose an agency from the list."))
    if len(copies) > MOST_COPIES:
        raise _wrong("copies", N_("These are too many copies."))
    find = (
        directory.confidential_secretariat
        if classification > UNCLEARED
        else directory.default_secretariat
    )
    found = [_of("agency_id", own, agency_id, "", find)]
    for each in copies:
        phrase = entered.line("copies", each.phrase, longest=120, required=False)
        found.append(_of("copies", own, each.agency_id, phrase, find))
    if len({each["agency_id"] for each in found}) != len(found):
        raise _wrong("copies", N_("One agency is named twice."))
    return found


def _of(
    field: str, own: UUID, agency_id: UUID, phrase: str, find: Callable[[UUID], OfficeRef]
) -> dict[str, object]:
    try:
        office = find(agency_id)
    except (NotFound, Refused):
        if find is directory.confidential_secretariat:
            raise _wrong(
                field, N_("This agency has no confidential secretariat; the class keeps it here.")
            ) from None
        raise _wrong(field, N_("Choose an agency from the list.")) from None
    if agency_id == own:
        raise _wrong(field, N_("This is your own agency; choose another one."))
    return {
        "agency_id": agency_id,
        "agency_name": office.agency_name[:200],
        "office_id": office.id,
        "phrase": phrase,
    }


def _wrong(field: str, sentence: str) -> Invalid:
    return Invalid("letters.bad-addressees", fields={field: Message(sentence)})


def receivers_of(arrival: Arrival) -> list[tuple[object, ...]]:
    """Return (agency, post, copy, phrase) of each to whom nothing has gone yet, in their order."""
    rows_ = Addressee.objects.filter(arrival=arrival, state=CopyState.WAITING.value)
    return list(rows_.order_by("seq").values_list("agency_id", "post_id", "copy", "phrase"))


def write_addressees(arrival: Arrival, values: Sequence[dict[str, object]]) -> None:
    """Put these in the place of those to whom nothing has gone out yet."""
    waiting = CopyState.WAITING.value
    Addressee.objects.filter(arrival=arrival, state=waiting).delete()
    first = Addressee.objects.filter(arrival=arrival).count()
    rows.insert_many(
        Addressee,
        [
            each
            | {
                "id": new_id(),
                "arrival_id": arrival.id,
                "seq": seq,
                "state": waiting,
            }
            for seq, each in enumerate(values, first)
        ],
    )


def official_of(row: Arrival) -> Official | None:
    """Return what the paper of a letter between agencies says; None for a citizen's letter."""
    given = row.official
    if not given:
        return None
    if row.way in (Way.OUTGOING, Way.INTERNAL):
        delivered = given.get("delivered")
        return Official(
            agency_name=str(given["agency_name"]),
            number_text=row.number_text,
            # A circular's receivers have a page of their own: they may be thousands.
            addressees=() if given.get("circular") else _views(row),
            agency_id=row.agency_id,
            classification=row.classification,
            circular=circular_of(row),
            internal=row.way == Way.INTERNAL,
            delivered=UUID(delivered) if delivered else None,
            deadline=deadline_of(row),
        )
    covers = given.get("covers") or {}
    return Official(
        agency_name=wire.line(given, "agency_name", 200),
        addressees=tuple(
            AddresseeView(each["name"], each["phrase"], copy=bool(each.get("copy", n)))
            for n, each in enumerate(given["addressees"])
        ),
        as_copy=bool(given["copy"]),
        phrase=wire.line(given, "phrase", 120, required=False),
        recipient=wire.exact(given, "recipient", 200),
        number_text=row.sender_number,
        signer_name=wire.exact(given, "signer_name", 160),
        signer_title=wire.exact(given, "signer_title", 160),
        signed_as=SignedAs(given["signed_as"]),
        signed_for=given["signed_for"],
        signed_at=wire.moment(given, "signed_at"),
        dispatched_at=wire.moment(given, "dispatched_at"),
        key_id=wire.line(given, "key_id", 32),
        text_digest=wire.digest(given, "text_digest"),
        agency_id=UUID(covers["from"]["agency"]) if covers else None,
        classification=row.classification,
        **approved_in(covers),
        circular=circular_of(row),
        internal=row.way == Way.RECEIVED,
        deadline=deadline_of(row),
        signer_post=UUID(given["signer_post"]) if "signer_post" in given else None,
    )


def _views(row: Arrival) -> tuple[AddresseeView, ...]:
    internal = row.way == Way.INTERNAL
    seen = seen_by(row) if internal else {}
    return tuple(
        AddresseeView(
            agency_name=each.agency_name,
            phrase=each.phrase,
            agency_id=each.agency_id,
            number_text=each.number_text,
            copy=each.copy if internal else each.seq > 0,
            post_id=each.post_id,
            **standing_of(each, seen),
        )
        for each in Addressee.objects.filter(arrival=row).order_by("seq")
    )


def approved_in(covers: Mapping[str, Any]) -> dict[str, Any]:
    """Return who approved the class of what came, and when, as its signature says."""
    given = covers.get("approved")
    if not given:
        return {}
    at = datetime.combine(date.fromisoformat(given["on"]), time(12), UTC)
    return {"approved_by": f"{given['name']}، {given['title']}", "approved_at": at}
