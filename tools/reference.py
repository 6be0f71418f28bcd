"""Reads the reference facts out of the sources, and writes the page of error codes.

`tools/reference.py` writes docs/reference/errors.md anew. `tests/architecture/test_docs.py` holds
the pages against the same facts: error codes, journal kinds, settings, commands.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "src" / "pishkhan"
PAGE = ROOT / "docs" / "reference" / "errors.md"

# The first word of a code is the context, or the part of the kernel, that says it.
SPEAKERS = (
    "blobs", "canonical", "checks", "jalali", "money", "pages", "text", "journal", "sealing",
    "directory", "relay", "notices", "letters", "web", "node", "bench",
)  # fmt: skip
CODE = re.compile(rf"({'|'.join(SPEAKERS)})\.[a-z][a-z0-9-]*[a-z0-9]")
# Files, kinds and names that merely look like codes.
NOT_CODES = frozenset(
    {
        "relay.key",
        "relay.receipt",
        "relay.void",
        "node.html",
        "node.id",
        "node.registered",
        "node.restored",
        "web.fault-",
        "notices.html",
        "letters.problem-days",
        "letters.rating-days",
        "notices.patterns",
        "notices.quiet-hours",
        "relay.html",
    }
)
KIND = re.compile(r"[a-z]{2,}\.[a-z][a-z_-]*[a-z]")
SPOKEN = frozenset(  # kinds whose noun is a speaker's name, or that the journal writes itself
    {
        "bundle.made",
        "bundle.taken",
        "directory.snapshot_sent",
        "directory.snapshot_taken",
        "entry.erased",
        "log.begun",
        "log.witnessed",
        "node.enrolled",
        "node.joined",
        "node.recipient_named",
        "node.registered",
        "node.restored",
        "node.revoked",
        "node.succeeded",
    }
)
NOT_KINDS = frozenset(
    {
        "provinces.csv",
        "tariff.letter",
        "paper.motto",
        "keys.registered",
        "tracking.key",
        "tracking.next-block",
        "pishkhan.directory",
        "pishkhan.letters",
    }
    | {"verify.html", "letter.json", "entries.json", "keys.txt"}
    | {"switch.begun", "switch.marked", "switch.untold", "epoch.log-begun", "epoch.told"}
    | {"ca.crt", "ca.key", "server.crt", "server.key"}
)
# Kinds of envelopes stand here, not of entries.
WIRE = frozenset({"letters/logic/wire.py", "relay/protocol.py"})
SETTING = re.compile(r"(?:PISHKHAN_[A-Z_]*[A-Z]|PORT|HOST)")
# Said where a name stands for the code.
REMARKS = {
    "directory.no-tables": "A system check: the tables are not made yet; run `pishkhan migrate`.",
    "notices.bad-params": "The notice could not be written from its pattern.",
    "notices.bad-url": "The provider's address in the settings is not right.",
    "notices.no-answer": "The provider was told and did not answer in time; it may have gone.",
    "notices.no-pattern": "The provider's ID for this message is not set; the notice is kept.",
    "notices.not-configured": "No provider is set; the notice is kept.",
    "notices.not-reached": "The provider was not reached; it is tried again.",
    "notices.not-taken": "The provider did not take the message; it is tried again.",
    "notices.put-off": "It waits for the end of the quiet hours.",
    "web.cancelled": "An import was cancelled; nothing was changed.",
    "web.fault": "An import met a fault of ours; nothing was changed.",
    "relay.too-many-rejected": "More was rejected at once than the relay notes one by one.",
}
INNER = frozenset({"PISHKHAN_DESKS", "PISHKHAN_FILES", "PISHKHAN_FORMS", "PISHKHAN_PARENT"})
"""What `serve` hands its own processes; nobody sets it."""

HEAD = """# Error codes

Every expected failure has a code that stays, and a sentence in the person's language. Pages
show both; the API answers problem details (RFC 9457) with the code; the command line turns the
status into an [exit code](command-line.md). Where the status is –, the code is no answer to a
request: it is the reason shown for a letter in the post bag, for a notice, or by
`pishkhan check`. Where one code has several sentences, one of them is shown; places such as
`%(count)s` are filled in.

`web.fault-…` (500) is a fault of ours: its last eight digits stand in the node's log beside
what went wrong.

Written by `tools/reference.py` from the sources.

| code | status | sentence |
|---|---|---|
"""


class Code(NamedTuple):
    status: int  # 0: not an answer to a request
    sentence: str


def sources(*folders: str) -> Iterator[tuple[str, ast.Module]]:
    """Yield each source's path inside the package with its tree; without migrations and demo."""
    for folder in folders or (".",):
        for path in sorted((PACKAGE / folder).rglob("*.py")):
            name = path.relative_to(PACKAGE).as_posix()
            # What `pishkhan fsck` tells has a page of its own: docs/howto/fsck.md.
            if path.name.startswith("fsck"):
                continue
            if "migrations" not in path.parts and not name.startswith("node/demo/"):
                yield name, ast.parse(path.read_text("utf-8"))


def statuses() -> dict[str, tuple[int, str]]:
    """Return each error class's status and default sentence by its name."""
    found: dict[str, tuple[int, str]] = {
        "refuse_twin": (409, "This is taken already; choose another one."),
        "slow_down": (429, "Too many tries; wait a little and try again."),
        "broken": (422, "The envelope is not as the protocol wants it."),
    }
    for _name, tree in sources():
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef):
                values = _assigned(node)
                if isinstance(status := values.get("status"), ast.Constant):
                    found[node.name] = (int(str(status.value)), _sentence(node))
    return found


def _assigned(node: ast.ClassDef) -> dict[str, ast.expr]:
    values: dict[str, ast.expr] = {}
    for line in node.body:
        if isinstance(line, ast.Assign) and isinstance(line.targets[0], ast.Name):
            values[line.targets[0].id] = line.value
        elif isinstance(line, ast.AnnAssign) and isinstance(line.target, ast.Name) and line.value:
            values[line.target.id] = line.value
    return values


def codes() -> dict[str, Code]:
    """Return every error code with its status and sentence."""
    classes = statuses()
    found: dict[str, Code] = {}
    for _name, tree in sources():
        for node in ast.walk(tree):
            for code, near in _named(node):
                status, sentence = _told(near, classes)
                best = found.get(code, Code(0, ""))
                found[code] = Code(best.status or status, best.sentence or sentence)
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "_finding":
                # A finding of `pishkhan check` about the directory.
                found[f"directory.{ast.literal_eval(node.args[0])}"] = Code(0, _sentence(node))
    for code, remark in REMARKS.items():
        if code in found:
            found[code] = Code(found[code].status, remark)
    return found


def _named(node: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    """Yield the codes that stand directly in a node, with what tells their status and sentence."""
    for place, child in enumerate(ast.iter_child_nodes(node)):
        if not isinstance(child, ast.Constant) or not isinstance(child.value, str):
            continue
        if CODE.fullmatch(child.value) and child.value not in NOT_CODES:
            near: ast.AST = node
            if isinstance(node, ast.Dict) and place < len(node.keys):
                near = node.values[place]
            yield child.value, near


def _told(node: ast.AST, classes: dict[str, tuple[int, str]]) -> tuple[int, str]:
    if not isinstance(node, ast.Call):
        return 0, ""
    name = ast.unparse(node.func).rpartition(".")[2]
    if name == "_plain":
        return int(ast.literal_eval(node.args[1])), _sentence(node)
    if name in {"N_", "_"}:
        return 0, _sentence(node)
    status, general = classes.get(name, (0, ""))
    return status, _sentence(node) or general


def _sentence(node: ast.AST) -> str:
    """Return the first marked sentence in a node, or ""."""
    for inner in ast.walk(node):
        if (
            isinstance(inner, ast.Call)
            and ast.unparse(inner.func) in {"N_", "_"}
            and inner.args
            and isinstance(inner.args[0], ast.Constant)
        ):
            return str(inner.args[0].value)
    return ""


def kinds() -> set[str]:
    """Return every kind of journal entry that a deed or the post writes."""
    return {
        node.value
        for name, tree in sources("directory", "relay", "notices", "letters", "sealing")
        if ("/logic/" in name or "/carriers/" in name) and name not in WIRE
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and KIND.fullmatch(node.value)
        and node.value.partition(".")[0] not in SPEAKERS
        and node.value not in NOT_KINDS
    } | SPOKEN


def settings() -> set[str]:
    """Return the names of the environment that the program reads."""
    return {
        node.value
        for name, tree in sources("node", "kernel")
        if not name.startswith("node/bench/")
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and SETTING.fullmatch(node.value)
        and node.value not in INNER
    }


def commands() -> set[str]:
    """Return the nouns of the command line that have a module."""
    return {
        path.stem
        for path in (PACKAGE / "node" / "commands").glob("*.py")
        if "def register(subparsers" in path.read_text("utf-8")
    }


def errors_page() -> str:
    """Return the text of the page of error codes."""
    lines = [
        f"| `{code}` | {told.status or '–'} | {told.sentence.replace('|', '¦')} |"
        for code, told in sorted(codes().items())
    ]
    return HEAD + "\n".join(lines) + "\n"


if __name__ == "__main__":
    PAGE.write_text(errors_page(), "utf-8")
