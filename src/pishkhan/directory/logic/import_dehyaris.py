from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from uuid import UUID

from pishkhan.directory.contracts import Actor, DivisionLevel, Right
from pishkhan.directory.contracts.dehyaris import DehyariReport
from pishkhan.directory.contracts.imports import BadLine
from pishkhan.directory.logic.add_dehyari import username_of
from pishkhan.directory.logic.dehyari_file import REPORTED, DehyariFile, Line, read_dehyaris
from pishkhan.directory.logic.dehyari_rows import NewDehyari, write_new
from pishkhan.directory.logic.import_known import Change, Known, change, free, known_dehyaris
from pishkhan.directory.models import Agency, Counter, Division, User
from pishkhan.directory.rules import normalise_username
from pishkhan.journal import api as journal
from pishkhan.kernel.i18n import N_, Message
from pishkhan.kernel.text import normalise

BATCH = 200
PARTS = 1000


@dataclass(slots=True)
class _Plan:
    """What a file asks for: new dehyaris, changes, and what was left as it was."""

    new: list[NewDehyari] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    unchanged: int = 0
    notes: list[BadLine] = field(default_factory=list)

    def note(self, number: int, sentence: str, **params: object) -> None:
        if len(self.notes) < REPORTED:
            self.notes.append(BadLine(number, Message(sentence, params)))


def import_dehyaris(
    actor: Actor,
    path: Path,
    progress: Callable[[int, int], None] | None = None,
    *,
    trial: bool = False,
) -> DehyariReport:
    """Bring a list of dehyaris into the directory and report; a `trial` only reports.

    All in one act, or nothing: when a line is bad, the report says which and why. A dehyari that
    is known by its code is renamed, moved under another superior, serves other villages, gets a
    counter or a dehyar where it has none; nothing is closed, and no dehyar is put out. What
    stands there already stays: a second run changes nothing. `progress(done, total)` may raise
    to cancel. Needs ADMIN. Raises Invalid `directory.dehyari-file` when it is no such file.
    """
    actor.require(Right.ADMIN)
    tell = progress or (lambda _done, _total: None)
    found = read_dehyaris(path)
    tell(PARTS // 10, PARTS)
    plan = _plan(found)
    tell(PARTS // 4, PARTS)
    write = not trial and not found.bad_lines
    if write and (plan.new or plan.changes):
        with journal.act() as act:
            done, total = 0, len(plan.new) + len(plan.changes)
            free([id_ for each in plan.new for id_, _name in each.villages])
            change(act, actor, plan.changes)
            for batch in _batches(plan.new):
                write_new(act, actor, batch)
                done += len(batch)
                tell(PARTS // 4 + done * PARTS * 3 // 4 // total, PARTS)
    tell(PARTS, PARTS)
    return DehyariReport(
        lines=found.read,
        added=len(plan.new),
        updated=len(plan.changes),
        unchanged=plan.unchanged,
        bad_lines=found.bad_lines,
        bad=tuple(sorted(found.bad, key=lambda each: each.line)),
        notes=tuple(plan.notes),
        done=write,
    )


def _batches(new: list[NewDehyari]) -> Iterator[list[NewDehyari]]:
    rest = iter(new)
    while batch := list(islice(rest, BATCH)):
        yield batch


class _Lookup:
    """What the lines are compared with, in a few queries."""

    def __init__(self, found: DehyariFile) -> None:
        self.villages = {
            code: (id_, name)
            for code, id_, name in Division.objects.filter(
                level=DivisionLevel.VILLAGE.value
            ).values_list("code", "id", "name")
        }
        self.offices: dict[str, UUID | None] = {}
        for id_, code, name in Agency.objects.filter(dehyari__isnull=True, active=True).values_list(
            "id", "code", "name"
        ):
            self.offices[code] = id_
            form = normalise(name)
            self.offices[form] = None if form in self.offices else id_
        self.other_codes = set(
            Agency.objects.filter(dehyari__isnull=True).values_list("code", flat=True)
        )
        self.counter_codes = set(Counter.objects.values_list("code", flat=True))
        self.logins = set(
            User.objects.filter(username__startswith="dehyar-").values_list("username", flat=True)
        )
        self.known = known_dehyaris()
        coming = {line.code for line in found.lines}
        self.served = {
            id_: each.name
            for each in self.known.values()
            if each.active and each.code not in coming
            for id_ in each.villages
        }


def _plan(found: DehyariFile) -> _Plan:
    plan, by = _Plan(), _Lookup(found)
    codes: dict[str, int] = {}
    taken: dict[UUID, int] = {}
    for line in found.lines:
        problem = _problem(line, by, codes, taken)
        codes.setdefault(line.code, line.number)
        if problem is not None:
            found.report(line.number, problem)
            continue
        villages = [by.villages[code] for code in line.villages]
        taken.update((id_, line.number) for id_, _name in villages)
        superior = by.offices.get(line.superior) or by.offices[normalise(line.superior)]
        assert superior is not None
        known = by.known.get(line.code)
        if known is None:
            plan.new.append(_new(line, superior, villages, by))
        else:
            _compare(plan, line, known, superior, villages)
    return plan


def _problem(
    line: Line, by: _Lookup, codes: dict[str, int], taken: dict[UUID, int]
) -> Message | None:
    """Return why a line cannot be taken in; None when it can."""
    if line.code in codes:
        return Message(N_("Line %(line)s has this code too."), {"line": codes[line.code]})
    if line.code in by.other_codes:
        return Message(N_("The code belongs to another agency, which is no dehyari."))
    known = by.known.get(line.code)
    if known is not None and not known.active:
        return Message(N_("The dehyari of this code is closed."))
    if line.hosts and line.code in by.counter_codes and (known is None or not known.hosts):
        return Message(N_("Another counter bears this code."))
    return _bad_superior(line, by) or _bad_village(line, by, taken)


def _bad_superior(line: Line, by: _Lookup) -> Message | None:
    form = normalise(line.superior)
    if by.offices.get(line.superior) or by.offices.get(form):
        return None
    told = {"name": line.superior}
    if form in by.offices:
        return Message(N_("Several offices are called %(name)s: give the code."), told)
    return Message(N_("There is no office %(name)s over it, by code or name."), told)


def _bad_village(line: Line, by: _Lookup, taken: dict[UUID, int]) -> Message | None:
    for code in line.villages:
        if code not in by.villages:
            return Message(N_("There is no village with code %(code)s."), {"code": code})
        id_, name = by.villages[code]
        if id_ in taken:
            return Message(
                N_("Line %(line)s names %(village)s too."), {"line": taken[id_], "village": name}
            )
        if id_ in by.served:
            return Message(
                N_("%(village)s has a dehyari already: %(dehyari)s."),
                {"village": name, "dehyari": by.served[id_]},
            )
    return None


def _new(line: Line, superior: UUID, villages: list[tuple[UUID, str]], by: _Lookup) -> NewDehyari:
    username = ""
    if line.dehyar:
        username = _free_login(line.code, by.logins)
    return NewDehyari(
        line.code,
        line.name,
        superior,
        villages,
        full_name=line.dehyar,
        username=username,
        hosts=line.hosts,
    )


def _free_login(code: str, logins: set[str]) -> str:
    """Return a login's name that nobody has, and take it."""
    first = normalise_username(username_of(code))
    name, n = first, 1
    while name in logins:
        n += 1
        name = f"{first[:56]}-{n}"
    logins.add(name)
    return name


def _compare(
    plan: _Plan, line: Line, known: Known, superior: UUID, villages: list[tuple[UUID, str]]
) -> None:
    """Add what differs to the plan, and notes on what is not done by a list."""
    if known.hosts and not line.hosts:
        plan.note(line.number, N_("It hosts a counter; that is closed on the counter's page."))
    if line.dehyar and known.dehyar and normalise(line.dehyar) != normalise(known.dehyar):
        plan.note(line.number, N_("Another dehyar sits there; hand the post over on its page."))
    differs = Change(
        known=known,
        name=line.name if line.name != known.name else "",
        superior_id=superior if superior != known.superior_id else None,
        villages=villages if {id_ for id_, _name in villages} != known.villages else None,
        dehyar=line.dehyar if not known.dehyar else "",
        hosts=line.hosts and not known.hosts,
    )
    if differs.anything:
        plan.changes.append(differs)
    else:
        plan.unchanged += 1
