"""Take in what agencies' roots signed: all papers of a file, or none of them."""

from __future__ import annotations

from pishkhan.directory.contracts import Actor, Right
from pishkhan.journal import api as journal
from pishkhan.journal.api import JSON, Act
from pishkhan.kernel.errors import N_, Invalid, NotFound, Refused
from pishkhan.sealing.contracts import Revocations, RootChange, Statement, Taken
from pishkhan.sealing.logic.stated import newest_list, said_of
from pishkhan.sealing.models import KeyPaper, Root
from pishkhan.sealing.statements import STATEMENT, Paper, check_follows, digest_of, read


def take_papers(actor: Actor, data: bytes) -> list[Taken]:
    """Verify the key statements and revocation lists of a file, keep them, and tell of each.

    What is known already stays as it is. The first paper that is refused leaves nothing of the
    file. Needs ADMIN. Raises Invalid `sealing.paper`, `sealing.paper-of-root`, NotFound
    `sealing.no-root`, Refused:
    `sealing.paper-signature`, `sealing.number-taken`, `sealing.key-twice`, `sealing.key-revoked`,
    `sealing.revocations-old`, `sealing.revocations-fewer`.
    """
    actor.require(Right.ADMIN)
    papers = read(data)
    with journal.act() as act:
        return [_take(act, actor, paper) for paper in papers]


def _take(act: Act, actor: Actor, paper: Paper) -> Taken:
    said = paper.said
    if isinstance(said, RootChange):
        raise Invalid(
            "sealing.paper-of-root",
            N_("This changes a root: use `pishkhan keys register --change`."),
        )
    # The agency's root is locked to the end: of two files at once the second sees the first's.
    root = Root.objects.select_for_update().filter(agency_id=said.agency, ended_at=None).first()
    if root is None:
        raise NotFound(
            "sealing.no-root", N_("The agency has no root here: `pishkhan keys register` first.")
        )
    rows = KeyPaper.objects.filter(agency_id=said.agency, label=paper.label, number=said.number)
    same = rows.first()
    if same is not None and bytes(same.body) == paper.body:
        return Taken(paper.label, said.agency, said.number, new=False)
    if not paper.is_by(bytes(root.public_key)):
        raise Refused(
            "sealing.paper-signature", N_("The agency's present root has not signed this paper.")
        )
    if same is not None:
        raise Refused(
            "sealing.number-taken",
            N_("Another paper of this number is known: somebody signed two. Ask the agency."),
        )
    key_id = said.subject.key_id if isinstance(said, Statement) else ""
    if isinstance(said, Statement):
        _check_statement(said)
    else:
        _check_list(said)
    KeyPaper.objects.create(
        agency_id=said.agency, label=paper.label, number=said.number, root_id=said.root,
        key_id=key_id, body=paper.body, signature=paper.signature, taken_at=act.at,
    )  # fmt: skip
    _tell(act, actor, paper)
    return Taken(paper.label, said.agency, said.number, new=True)


def _check_statement(said: Statement) -> None:
    """Refuse a key that is another's, or another use's, or is revoked."""
    subject = said.subject
    for row in KeyPaper.objects.filter(label=STATEMENT, key_id=subject.key_id):
        other = said_of(row)
        same = isinstance(other, Statement) and other.subject == subject
        if not same or row.agency_id != said.agency:
            raise Refused("sealing.key-twice", N_("This key is stated for something else already."))
    known = newest_list(said.agency)
    if known is not None and any(each.key_id == subject.key_id for each in known.revoked):
        raise Refused("sealing.key-revoked", N_("This key is revoked, and stays so."))


def _check_list(said: Revocations) -> None:
    known = newest_list(said.agency)
    if known is not None:
        check_follows(known, said)


def _tell(act: Act, actor: Actor, paper: Paper) -> None:
    said = paper.said
    fields: dict[str, JSON] = {"number": said.number, "root": said.root, "paper": digest_of(paper)}
    if isinstance(said, Statement):
        subject = said.subject
        fields |= {"key": subject.key_id, "of": subject.kind.value, "named": subject.name}
        act.append("key.stated", subject=said.agency, actor=actor.ref, fields=fields)
    elif isinstance(said, Revocations):
        fields |= {"keys": [each.key_id for each in said.revoked]}
        act.append("keys.revoked", subject=said.agency, actor=actor.ref, fields=fields)
