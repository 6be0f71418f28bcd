"""The e-mail address and national ID of an agency, which its letters bear (SHAMS)."""

from __future__ import annotations

import hashlib
from uuid import UUID

from pishkhan.directory.contracts import Actor, Right
from pishkhan.directory.contracts.identity import Identity
from pishkhan.directory.logic.common import the
from pishkhan.directory.models import Agency, AgencyIdentity
from pishkhan.directory.rules import email_address
from pishkhan.journal import api as journal
from pishkhan.kernel import checks
from pishkhan.kernel.errors import Invalid, Message


def set_identity(actor: Actor, *, agency_id: UUID, email: str, national_id: str) -> None:
    """Say by which address and legal ID an agency is known; an empty one is taken away.

    The entry has a digest of the address: it could be a person's. Needs ADMIN. Raises NotFound
    `directory.no-agency`, Invalid (`directory.bad-identity`; fields email, national_id).
    """
    actor.require(Right.ADMIN)
    known = _checked(email, national_id)
    with journal.act() as act:
        agency = the(Agency.objects.select_for_update(), agency_id, "agency")
        AgencyIdentity.objects.update_or_create(
            agency=agency, defaults={"email": known.email, "national_id": known.national_id}
        )
        digest = hashlib.sha256(known.email.encode()).hexdigest() if known.email else ""
        act.append(
            "agency.identity_set",
            subject=agency_id,
            actor=actor.ref,
            fields={"email": digest, "national_id": known.national_id},
        )


def identity(agency_id: UUID) -> Identity:
    """Return how the agency is known; all empty when it, or this agency, is not known here."""
    row = AgencyIdentity.objects.filter(agency_id=agency_id).values_list("email", "national_id")
    found = row.first()
    return Identity(*found) if found else Identity()


def _checked(email: str, national_id: str) -> Identity:
    fields: dict[str, Message] = {}
    try:
        email = email_address("email", email)
    except Invalid as error:
        fields |= error.fields
    if national_id.strip():
        try:
            national_id = checks.legal_id(national_id)
        except Invalid as error:
            fields["national_id"] = error.message
    if fields:
        raise Invalid("directory.bad-identity", fields=fields)
    return Identity(email, national_id.strip())
