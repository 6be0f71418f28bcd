from __future__ import annotations

from datetime import datetime
from typing import Any

from pishkhan.directory.contracts import Actor, Right, SettingRow
from pishkhan.directory.logic.common import refuse_twin
from pishkhan.directory.models import Setting
from pishkhan.directory.rules import line
from pishkhan.journal import api as journal
from pishkhan.kernel import clock
from pishkhan.kernel.ids import new_id
from pishkhan.kernel.prepared import Prepared


def set_setting(actor: Actor, *, key: str, value: Any, from_at: datetime | None = None) -> None:
    """Let a setting have this value from now, or from `from_at` on; what was before stays known.

    `value` is JSON without personal data: it goes on record. Needs ADMIN. Raises Refused
    `directory.twin-setting` when the key changes at that very moment already.
    """
    actor.require(Right.ADMIN)
    key = line("key", key, longest=80)
    with journal.act() as act:
        begin = from_at or act.at
        twins = Setting.objects.filter(key=key, from_at=begin)
        refuse_twin(twins, "directory.twin-setting", "from_at")
        Setting.objects.create(key=key, from_at=begin, value=value)
        act.append(
            "setting.changed",
            subject=new_id(),
            actor=actor.ref,
            fields={"from": begin.isoformat(), "key": key, "value": value},
        )


def setting(key: str, *, at: datetime | None = None, default: Any = None) -> Any:
    """Return the value that holds at `at` (now), or `default` when none was set by then."""
    row = _VALUE.first(key=key, moment=at or clock.current().now())
    return default if row is None else row[0]


def setting_history(key: str, *, limit: int = 50) -> list[SettingRow]:
    """Return the values of a setting with the moment each holds from, the latest first.

    Those that lie ahead come too.
    """
    rows = Setting.objects.filter(key=key).order_by("-from_at").values_list("value", "from_at")
    return [SettingRow(value, from_at) for value, from_at in rows[:limit]]


_VALUE = Prepared(
    lambda key, moment: (
        Setting.objects.filter(key=key, from_at__lte=moment)
        .order_by("-from_at")
        .values_list("value")[:1]
    ),
    key=str,
    moment=datetime,
)
