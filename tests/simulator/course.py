"""The course of one seed: so many steps with everything that goes wrong, then rest and harmony."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import timedelta

from pishkhan.directory.contracts import SYSTEM
from pishkhan.relay import api as relay
from tests.simulator import invariants
from tests.simulator.disasters import Disaster
from tests.simulator.invariants import LOST, STREAMS, SURPRISE, Broken
from tests.simulator.province import Province
from tests.simulator.template import CENTRE, OUTER, VILLAGE, Template

STEPS = 15
FSCK_EVERY = 8
MOST_ROUNDS = 8
"""Rounds of post after which nothing may move: a letter, its answer, their receipts take four."""


class Failed(AssertionError):
    """A seed whose invariant broke: `name` says which, the message is its trace."""

    def __init__(self, seed: int, name: str, trace: list[str]) -> None:
        super().__init__("\n".join([f"seed {seed}", *trace]))
        self.name = name


def run(template: Template, seed: int, *, disaster: str | None = None) -> list[str]:
    """Run a seed and return its trace; raises Failed. `disaster` is one, where not drawn."""
    folder = template.folder.parent / f"seed-{seed}"
    folder.mkdir()
    province = Province(template, folder, seed)
    fate = Disaster(province, STEPS, disaster)
    try:
        for n in range(STEPS):
            province.say(f"--- {n}")
            for node in province.nodes.values():
                node.time.advance(timedelta(minutes=province.rng.randrange(1, 120)))
            fate.perhaps(n)
            _one(province)
            province.check()
            if n % FSCK_EVERY == FSCK_EVERY - 1:
                province.fsck(province.nodes[province.rng.choice([CENTRE, *OUTER])])
        _rest(province, fate)
    except Broken as broken:
        raise Failed(seed, broken.name, [*province.trace, str(broken)]) from broken
    except Exception as error:
        raise Failed(seed, SURPRISE, [*province.trace, repr(error)]) from error
    finally:
        for node in (*province.nodes.values(), *province.copies.values()):
            node.stop()
        shutil.rmtree(folder)
    return province.trace


def _one(province: Province) -> None:
    """One step: two or three things that somebody, or a node, does."""
    rng = province.rng
    node = province.nodes[rng.choice([CENTRE, *OUTER])]
    line = rng.choice(sorted(province.lines))
    acts: list[tuple[float, Callable[[], object]]] = [
        (4, lambda: province.accept(node)),
        (5, province.desk),
        (3, lambda: province.hand_over(node)),
        (3, lambda: province.work(node)),
        (5, lambda: _talk(province, *line)),
        (4, lambda: province.deliver(province.lines[line])),
        (5, province.carry_stick),
        (0.7, province.change_directory),
        (0.7, lambda: province.turn_clock(node)),
    ]
    for _ in range(rng.randrange(2, 5)):
        rng.choices([act for _, act in acts], [weight for weight, _ in acts])[0]()


def _talk(province: Province, here: str, there: str) -> None:
    node = province.nodes[here]
    province.work(node)
    province.send(node, there)
    province.deliver(province.lines[here, there])
    province.work(province.nodes[there])


def _rest(province: Province, fate: Disaster) -> None:
    """All faults stop: post goes round, people finish what lies there, and everything agrees."""
    province.say("--- rest")
    province.calm = True
    for name, node in province.sound.items():
        for _ in range(sum(not each.id for each in province.promised.letters if each.node == name)):
            province.accept(node)
    _late(province)
    _settle(province)
    province.check()
    invariants.all_answered(province.sound, province.centre, province.promised)
    if not province.doubtful:
        invariants.one_custodian(province.nodes)
    fate.judge()
    fate.rule()
    for _ in range(MOST_ROUNDS if province.doubtful else 0):
        _round(province)
    fate.judge_again()
    for node in province.nodes.values():
        province.fsck(node)


def _late(province: Province) -> None:
    """What was under way all the time arrives at last, and old sticks turn up."""
    for line in province.lines.values():
        while line.under_way:
            province.take(province.nodes[line.to], line.under_way[0])
            line.lose(0)
    for name in (CENTRE, VILLAGE):
        for copy in province.stick.copies:
            province.take(province.nodes[name], copy)


def _settle(province: Province) -> None:
    """Let post go round, and people finish what lies there, until nothing is left to do."""
    for _ in range(MOST_ROUNDS):
        _round(province)
        while province.desk():
            pass
        waiting = [
            (node, letter)
            for name, node in province.sound.items()
            for letter in province.promised.of(name)
            if not letter.handed_over
        ]
        for node, letter in waiting:
            province.hand_letter(node, letter)
        moves = invariants.quiet(province.sound)
        if not moves and not waiting:
            return
    raise Broken(STREAMS if moves else LOST, f"after {MOST_ROUNDS} rounds {moves or waiting}")


def _round(province: Province) -> None:
    """Every node works and is heard at the centre, and hears it."""
    for name, node in province.nodes.items():
        node.time.advance(timedelta(minutes=30))  # what was postponed is due
        if name in province.sound:
            province.do(node, "its people look", _look)
    for outer in OUTER:
        province.work(province.nodes[outer])
        _carry(province, outer, CENTRE)
    province.work(province.centre)
    for outer in OUTER:
        _carry(province, CENTRE, outer)


def _carry(province: Province, here: str, there: str) -> None:
    folder = province.stick.folder
    province.export(province.nodes[here], there, folder, on_stick=True)
    province.take(province.nodes[there], folder)
    province.stick.lose()


def _look() -> str:
    """People try again what stopped because its worker died or the disk was full each time."""
    rows = [row for row in relay.quarantined(limit=50) if row.reason == "relay.tried-too-often"]
    for row in rows:
        relay.retry_quarantined(SYSTEM, row.id)
    return f"{len(rows)} to try again"
