from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from pishkhan.directory.contracts import Actor, Right, Scope
from pishkhan.directory.logic.common import the
from pishkhan.directory.models import ApiClient, Counter, Post
from pishkhan.directory.rules import line, make_token
from pishkhan.journal import api as journal
from pishkhan.kernel.errors import Invalid
from pishkhan.kernel.i18n import N_, Message
from pishkhan.kernel.ids import new_id, random_bytes


def add_client(
    actor: Actor,
    *,
    name: str,
    scopes: Iterable[str],
    post_id: UUID | None = None,
    counter_id: UUID | None = None,
) -> tuple[UUID, str]:
    """Add a program that acts from one post or counter; return its id and its token.

    The token is returned this once: only its SHA-256 is kept. Needs ADMIN. Raises Invalid for
    an unknown scope or when not exactly one seat is given, NotFound for the seat.
    """
    actor.require(Right.ADMIN)
    name = line("name", name, longest=120)
    if (post_id is None) == (counter_id is None):
        raise Invalid(
            "directory.one-seat",
            fields={"seat": Message(N_("A program acts from one post or one counter."))},
        )
    known = {scope.value for scope in Scope}
    kept = sorted(set(scopes))
    if not kept or not known.issuperset(kept):
        raise Invalid(
            "directory.bad-scope", fields={"scopes": Message(N_("Choose from the known scopes."))}
        )
    token, prefix, secret_hash = make_token(random_bytes(39))
    with journal.act() as act:
        client = ApiClient.objects.create(
            id=new_id(),
            name=name,
            prefix=prefix,
            secret_hash=secret_hash,
            scopes=kept,
            post=None if post_id is None else the(Post.objects.all(), post_id, "post"),
            counter=None
            if counter_id is None
            else the(Counter.objects.all(), counter_id, "counter"),
        )
        act.append(
            "client.added",
            subject=client.id,
            actor=actor.ref,
            fields={"prefix": prefix, "scopes": kept, "seat": str(post_id or counter_id)},
        )
    return client.id, token
