"""Keep a text that stands ready for letters (نامهٔ آماده): a post's own, or an agency's."""

from __future__ import annotations

from uuid import UUID

from pishkhan.directory.contracts import Actor
from pishkhan.journal import api as journal
from pishkhan.kernel import rows
from pishkhan.kernel.errors import N_, NotFound, Refused
from pishkhan.kernel.ids import new_id
from pishkhan.letters.logic import entered
from pishkhan.letters.logic.ready import owner_of
from pishkhan.letters.models import LetterTemplate

MOST_TEMPLATES = 60
LONGEST_TEMPLATE = 20_000


def keep_template(
    actor: Actor,
    *,
    name: str,
    subject: str,
    body: str,
    template_id: UUID | None = None,
    agency_id: UUID | None = None,
) -> UUID:
    """Make a template, or change one as a whole; return its id. Letters made with it stay.

    The actor's post's own, or with ADMIN an agency's. Raises Forbidden, NotFound
    (`letters.no-template`), Refused (`letters.too-many-templates`), Invalid (fields `name`,
    `subject`, `body`).
    """
    values = {
        "name": entered.line("name", name, longest=80),
        "subject": entered.line("subject", subject, longest=300, required=False),
        "body": entered.text("body", body, longest=LONGEST_TEMPLATE),
    }
    with journal.act() as act:
        owner = owner_of(actor, agency_id)
        id_ = template_id or new_id()
        if template_id is not None:
            if not LetterTemplate.objects.filter(pk=id_, owner_id=owner).update(**values):
                raise NotFound("letters.no-template")
        else:
            if LetterTemplate.objects.filter(owner_id=owner).count() >= MOST_TEMPLATES:
                raise Refused(
                    "letters.too-many-templates", N_("There are too many templates already.")
                )
            rows.insert(LetterTemplate, values | {"id": id_, "owner_id": owner})
        act.append(
            "template.kept",
            subject=owner,
            actor=actor.ref,
            fields={"template": str(id_), "digest": entered.digest("\n".join(values.values()))},
        )
    return id_
