"""What an operator has set of this node's line to its centre."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from pishkhan.directory import api as directory
from pishkhan.directory.contracts import Actor, NodeRole
from pishkhan.kernel.errors import N_, Invalid, NotFound
from pishkhan.relay.carriers.http import check_address
from pishkhan.relay.hours import Hours, read_hours
from pishkhan.relay.logic import origins

KEY = "relay.line"
USUAL_MINUTES = 5
"""Two idle contacts in ten minutes: less than 2 kB."""
MOST_MINUTES = 24 * 60
MOST_KBIT = 1_000_000


@dataclass(frozen=True, slots=True)
class LineSettings:
    """A line: which node is called where, how often, at what pace and in which hours.

    `minutes` are between two calls when nothing waits. `kbit` a second is the most, 0: no cap. In
    `quiet` hours this node does not call by itself. With `heavy` the line is metered: files travel
    in these hours alone, letters' words always.
    """

    node: UUID
    address: str
    minutes: int = USUAL_MINUTES
    kbit: int = 0
    quiet: Hours | None = None
    heavy: Hours | None = None

    def is_quiet(self, at: datetime) -> bool:
        """Return whether this node does not call by itself now."""
        return self.quiet is not None and self.quiet.hold(at)

    def is_light(self, at: datetime) -> bool:
        """Return whether files have to wait now."""
        return self.heavy is not None and not self.heavy.hold(at)


def line_settings() -> LineSettings | None:
    """Return the line of this node; None when none is set."""
    told = directory.setting(KEY)
    if not told:
        return None
    return LineSettings(
        node=UUID(told["node"]),
        address=told["address"],
        minutes=told["minutes"],
        kbit=told["kbit"],
        quiet=_hours(told["quiet"]),
        heavy=_hours(told["heavy"]),
    )


def set_line(actor: Actor, settings: LineSettings) -> LineSettings:
    """Let this node call another one in this way, and return it. Needs ADMIN.

    Raises NotFound `directory.no-node`, Invalid `relay.line-address`, `relay.line-pace`.
    """
    if settings.node not in origins.Places().others():
        raise NotFound("directory.no-node")
    address = check_address(settings.address)
    if not (1 <= settings.minutes <= MOST_MINUTES and 0 <= settings.kbit <= MOST_KBIT):
        raise Invalid(
            "relay.line-pace",
            N_("Minutes are 1 to 1440, and kbit a second 0 (no cap) to 1000000."),
        )
    value: dict[str, Any] = {
        "address": address,
        "heavy": str(settings.heavy) if settings.heavy else "",
        "kbit": settings.kbit,
        "minutes": settings.minutes,
        "node": str(settings.node),
        "quiet": str(settings.quiet) if settings.quiet else "",
    }
    directory.set_setting(actor, key=KEY, value=value)
    found = line_settings()
    assert found is not None
    return found


def end_line(actor: Actor) -> None:
    """Let this node call nobody any more: bags go by stick. Needs ADMIN."""
    directory.set_setting(actor, key=KEY, value={})


def only_centre() -> UUID:
    """Return the one centre that is known here; NotFound `directory.no-node` if none or several."""
    found = [
        node.id
        for node in origins.Places().others().values()
        if node.role is NodeRole.CENTRE and node.revoked_at is None
    ]
    if len(found) != 1:
        known = [n.id for n in origins.Places().others().values() if n.revoked_at is None]
        if len(known) != 1:
            raise NotFound("directory.no-node")
        return known[0]
    return found[0]


def _hours(text: str) -> Hours | None:
    return read_hours(text) if text else None
