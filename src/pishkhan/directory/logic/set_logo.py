"""The picture that an agency's letters bear at their head."""

from __future__ import annotations

import hashlib
from uuid import UUID

from pishkhan.directory.contracts import Actor, Right
from pishkhan.directory.logic.common import the
from pishkhan.directory.models import Agency, AgencyLogo
from pishkhan.journal import api as journal
from pishkhan.kernel import sniff
from pishkhan.kernel.errors import N_, Invalid, Message

LARGEST_LOGO = 200_000
"""Bytes of a logo: each letter's paper carries it."""


def set_logo(actor: Actor, *, agency_id: UUID, picture: bytes) -> None:
    """Give an agency's letters this PNG or JPEG; an empty one takes it away. Needs ADMIN.

    That the picture can be drawn is for whoever read the upload to know. Raises NotFound
    `directory.no-agency`, Invalid (field `logo`).
    """
    actor.require(Right.ADMIN)
    kind = sniff.media_type(picture[: sniff.HEAD]) if picture else None
    if picture and (len(picture) > LARGEST_LOGO or kind not in {sniff.PNG, sniff.JPEG}):
        raise Invalid(
            "directory.bad-logo",
            fields={"logo": Message(N_("Choose a PNG or JPEG picture of at most 200 kB."))},
        )
    with journal.act() as act:
        agency = the(Agency.objects.select_for_update(), agency_id, "agency")
        AgencyLogo.objects.filter(agency=agency).delete()
        if picture:
            AgencyLogo.objects.create(agency=agency, picture=picture)
        digest = hashlib.sha256(picture).hexdigest() if picture else ""
        act.append("agency.logo_set", subject=agency_id, actor=actor.ref, fields={"logo": digest})


def logo(agency_id: UUID) -> bytes:
    """Return the picture of the agency's letters; empty when it has none."""
    found = AgencyLogo.objects.filter(agency_id=agency_id).values_list("picture", flat=True).first()
    return bytes(found or b"")
