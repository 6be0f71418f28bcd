"""Puts together what was read: one verdict over all of it, under one policy. No I/O but tiles."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

from pishkhan_verify.entry import AnswerSlip, Shown, Slip, read_second
from pishkhan_verify.errors import Refused, Unreadable
from pishkhan_verify.note import Checkpoint, Key, Signed, check_log, cosigned_at
from pishkhan_verify.policy import STALE_DAYS, Policy
from pishkhan_verify.promise import Promise, TreePath, check_path, check_promise
from pishkhan_verify.proof import Proof, check_inclusion
from pishkhan_verify.roots import Stated, Statement
from pishkhan_verify.tiles import Tiles, both_roots, whole_root

Item = Promise | TreePath | Proof | Signed

PROMISED, LOGGED, WITNESSED = LEVELS = ("promised", "logged", "witnessed")
CLOCKS = timedelta(minutes=10)  # by which clocks of two honest machines may differ
LETTER, TREE, HISTORY, HEAD = "letter", "tree", "history", "checkpoint"


@dataclass(slots=True)
class Head:
    """A checkpoint that its log signed, and when each witness of the policy cosigned it."""

    checkpoint: Checkpoint
    cosigned: dict[str, int]


@dataclass(slots=True)
class Finding:
    """What was found to be true. `about` is a letter, a whole tree, a history or one checkpoint."""

    about: str
    level: str
    origin: str
    policy: Policy
    shown: Shown | None = None
    slip: Slip | AnswerSlip | None = None
    index: int | None = None
    size: int | None = None  # of the smallest tree that the letter is shown to be in
    heads: list[Head] = field(default_factory=list)  # the sizes rising
    cosigned: dict[str, int] = field(default_factory=dict)
    not_before: int | None = None
    not_after: int | None = None
    log_by: datetime | None = None
    pages: int | None = None
    stated: list[Statement] = field(default_factory=list)  # by which roots the log's keys count
    cautions: list[tuple[str, dict[str, object]]] = field(default_factory=list)

    def caution(self, code: str, **values: object) -> None:
        self.cautions.append((code, values))


@dataclass(slots=True)
class _Checked:
    """All items after their own signatures and paths were found good."""

    origins: set[str] = field(default_factory=set)
    keys: list[Key] = field(default_factory=list)
    shown: list[Shown] = field(default_factory=list)
    commits: set[bytes] = field(default_factory=set)
    heads: list[Head] = field(default_factory=list)
    letter_size: int | None = None
    index: int | None = None
    proved: bool = False  # by a proof file, which can show what stands before
    not_before: int | None = None
    log_by: datetime | None = None
    slip: Slip | AnswerSlip | None = None

    def signed_by(self, key: Key) -> None:
        self.origins.add(key.name)
        self.keys.append(key)

    def placed(self, index: int, size: int) -> None:
        if self.letter_size is None or size < self.letter_size:
            self.index, self.letter_size = index, size


def judge(
    items: Sequence[Item],
    pinned: Policy,
    *,
    now: datetime,
    folder: Path | None = None,
    stated: Stated | None = None,
) -> Finding:
    """Return what the items prove together.

    `folder` holds tiles: they tie checkpoints of different sizes to each other; for one checkpoint
    alone the whole tree is computed. `stated` is what agencies' roots say of keys, beside the
    policy that was pinned. Raises Refused or Unreadable with the first thing wrong.
    """
    stated = stated or Stated()
    policy = stated.widened(pinned)
    checked = _Checked()
    for item in items:
        _check(item, policy, checked)
    if len(checked.commits) > 1:
        raise Refused("letters-differ")
    if len(checked.origins) > 1:
        raise Refused("logs-differ")
    heads = _one_history(checked.heads, folder)
    about = _about(checked, heads, folder)
    covering = _covering(checked, heads)
    found = Finding(
        about=about,
        level=LOGGED if covering else PROMISED,
        origin=checked.origins.pop(),
        policy=policy,
        shown=_merged(checked.shown),
        slip=checked.slip,
        index=checked.index,
        size=checked.letter_size,
        heads=heads,
        not_before=checked.not_before,
        log_by=checked.log_by,
    )
    if about == TREE and folder is not None:
        _whole_tree(heads[0].checkpoint, folder)
    _witnesses(found, covering)
    _check_bracket(found)
    _cautions(found, now)
    if checked.proved and found.level == WITNESSED and found.not_before is None:
        found.caution("before-unknown")
    met = [at for head in covering if (at := policy.met_at(head.cosigned)) is not None]
    for key in dict.fromkeys(checked.keys):
        stated.check(key, pinned, met, now)
        if key in stated.logs and key not in pinned.logs:
            found.stated.append(stated.logs[key])
    found.cautions += stated.cautions(checked.keys, policy, now)
    return found


def _check(item: Item, policy: Policy, checked: _Checked) -> None:
    match item:
        case Promise():
            checked.signed_by(check_promise(item, policy.logs))
            checked.commits.add(item.shown.commit)
            checked.shown.append(item.shown)
            checked.slip = item.slip
            checked.log_by = read_second(item.slip.at) + _hours(item)
        case TreePath():
            key, checkpoint = check_path(item, policy.logs)
            checked.signed_by(key)
            checked.commits.add(item.commit)
            checked.heads.append(Head(checkpoint, {}))
            checked.placed(item.index, item.size)
        case Proof():
            _add_head(item.signed, policy, checked)
            check_inclusion(item)
            checked.proved = True
            checked.commits.add(item.shown.commit)
            checked.shown.append(item.shown)
            checked.slip = checked.slip or item.shown.slip
            checked.placed(item.index, item.signed.checkpoint.size)
            if item.after is not None:
                known = policy.met_at(_times(item.after.note, policy))
                checked.not_before = max(filter(None, (known, checked.not_before)), default=None)
        case Signed():
            _add_head(item, policy, checked)


def _hours(item: Promise) -> timedelta:
    latest = datetime.max.replace(tzinfo=read_second(item.slip.at).tzinfo)
    return min(timedelta(hours=item.within_hours), latest - read_second(item.slip.at))


def _add_head(signed: Signed, policy: Policy, checked: _Checked) -> None:
    checked.signed_by(check_log(signed, policy.logs))
    checked.heads.append(Head(signed.checkpoint, _times(signed, policy)))


def _times(signed: Signed, policy: Policy) -> dict[str, int]:
    """Return when each witness of the policy cosigned; one that is revoked never counts."""
    times = {name: cosigned_at(signed, key) for name, key in policy.witnesses.items()}
    return {n: at for n, at in times.items() if at is not None and n not in policy.revoked}


def _one_history(heads: Iterable[Head], folder: Path | None) -> list[Head]:
    """Return the heads by size, one each, when each is the beginning of the next."""
    by_size: dict[int, Head] = {}
    for head in heads:
        size = head.checkpoint.size
        same = by_size.setdefault(size, head)
        if same.checkpoint.root != head.checkpoint.root:
            raise Refused("split-view", size=size)
        for name, at in head.cosigned.items():
            same.cosigned[name] = min(at, same.cosigned.get(name, at))
    ordered = [by_size[size] for size in sorted(by_size)]
    if len(ordered) < 2:
        return ordered
    if folder is None:
        raise Unreadable("tiles-needed")
    newest = ordered[-1].checkpoint
    tiles = Tiles(folder, newest.size)
    for head in ordered[:-1]:
        before, after = both_roots(tiles, head.checkpoint.size)
        if after != newest.root:
            raise Refused("tiles-other", size=newest.size)
        if before != head.checkpoint.root:
            raise Refused("not-beginning", old=head.checkpoint.size, size=newest.size)
    return ordered


def _about(checked: _Checked, heads: Sequence[Head], folder: Path | None) -> str:
    if checked.commits:
        return LETTER
    if len(heads) > 1:
        return HISTORY
    return TREE if folder else HEAD


def _covering(checked: _Checked, heads: Sequence[Head]) -> Sequence[Head]:
    """Return the heads whose trees hold the letter; the newest head when it is of no letter."""
    if not checked.commits:
        return heads[-1:]
    least = checked.letter_size
    return [head for head in heads if least is not None and head.checkpoint.size >= least]


def _whole_tree(checkpoint: Checkpoint, folder: Path) -> None:
    if whole_root(Tiles(folder, checkpoint.size)) != checkpoint.root:
        raise Refused("tiles-other", size=checkpoint.size)


def _merged(shown: Sequence[Shown]) -> Shown | None:
    """Return all that is shown. Raises Refused (`fields-differ`).

    A node could commit to one name at two places; then two openings of one entry differ.
    """
    fields: dict[str, object] = {}
    for each in shown:
        for name, value in each.fields.items():
            if fields.setdefault(name, value) != value:
                raise Refused("fields-differ", name=name)
    return Shown(shown[0].commit, fields) if shown else None


def _witnesses(found: Finding, covering: Sequence[Head]) -> None:
    """Set who cosigned, from the checkpoint that meets the quorum or else has the most of them."""
    policy = found.policy
    for head in covering:
        met = policy.is_met(head.cosigned.keys())
        if met or (found.level != WITNESSED and len(head.cosigned) > len(found.cosigned)):
            found.cosigned = head.cosigned
        if met:
            found.level = WITNESSED
            break
    times = [at for head in covering for at in head.cosigned.values()]
    found.not_after = min(times, default=None)


def _claimed(found: Finding) -> datetime | None:
    """Return when the node says that it was: by the slip, or by the entry's own time."""
    if found.slip:
        return read_second(found.slip.at)
    told = _field(found, "at")
    try:
        return datetime.fromisoformat(told) if isinstance(told, str) else None
    except ValueError:
        return None


def _check_bracket(found: Finding) -> None:
    """Refuse an entry that is dated before it can have been written (`back-dated`)."""
    claimed, first = _claimed(found), found.not_before
    if claimed is None or first is None or claimed.tzinfo is None:
        return
    if claimed.timestamp() < first - CLOCKS.total_seconds():
        raise Refused("back-dated", claimed=claimed, at=datetime.fromtimestamp(first, UTC))


def _cautions(found: Finding, now: datetime) -> None:
    policy = found.policy
    age = policy.age(now.date())
    if age > STALE_DAYS:
        found.caution("policy-old", days=age)
    if age < -1:  # a day, for places where it is tomorrow
        found.caution("policy-future")
    if found.level != PROMISED and policy.fewest() < 2:
        found.caution("policy-one" if policy.fewest() else "policy-none")
    if any(at > (now + CLOCKS).timestamp() for at in found.cosigned.values()):
        found.caution("cosigned-future")
    if found.slip and found.not_after is not None:
        claimed = read_second(found.slip.at).timestamp()
        if claimed > found.not_after + CLOCKS.total_seconds():
            found.caution("claimed-later")
    if found.level == PROMISED and found.log_by and now > found.log_by:
        found.caution("promise-due")


def check_code(found: Finding, code: str) -> None:
    """Compare the printed code. Raises Refused (`code-absent`, `code-other`)."""
    told = found.slip.code if found.slip else _field(found, "code")
    if told is None:
        raise Refused("code-absent")
    if told != code:
        raise Refused("code-other", told=told)


def check_pages(found: Finding, digests: Sequence[str]) -> None:
    """Compare the pages (SHA-256 of each file, in order). Raises Refused (`pages-…`)."""
    if isinstance(found.slip, AnswerSlip):
        raise Refused("pages-answer")
    told = found.slip.pages if found.slip else _field(found, "pages")
    if told is None:
        raise Refused("pages-absent")
    together = sha256("".join(f"{digest}\n" for digest in digests).encode("ascii")).hexdigest()
    if told != together:
        raise Refused("pages-other")
    found.pages = len(digests)


def check_level(found: Finding, level: str) -> None:
    """Check that the verdict is this one or a stronger one. Raises Refused (`level-…`)."""
    if LEVELS.index(found.level) < LEVELS.index(level):
        raise Refused(f"level-{found.level}")


def _field(found: Finding, name: str) -> object | None:
    return found.shown.fields.get(name) if found.shown else None
