"""Rules that import-linter can not see. Each takes one file's path and text and yields faults.

A rule is a generator, so that a test can feed it an injected violation and see it bark.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from pathlib import PurePosixPath

Rule = Callable[[PurePosixPath, str], Iterator[str]]

MAX_FILE, MAX_FUNCTION = 400, 60

# Each of these stands behind one function whose both sides are tested.
ENGINE_FILES = {
    "src/pishkhan/kernel/rows.py": "the only raw insert",
    "src/pishkhan/kernel/backends/sqlite3/base.py": "the engine itself",
    "src/pishkhan/kernel/snapshot.py": "each engine begins a reading at one moment its own way",
    "src/pishkhan/journal/triggers.py": "entries can not be changed below the ORM either",
    "src/pishkhan/journal/places.py": "many rows get a value of their own in one statement",
    "src/pishkhan/letters/logic/search_engine.py": "FTS5 and tsvector",
    "src/pishkhan/kernel/prepared.py": "runs what the ORM compiled, writes nothing by hand",
    "src/pishkhan/directory/logic/next_tracking.py": "UPDATE … RETURNING of one serial",
    "src/pishkhan/node/backup/engines.py": "copies a whole database, and puts it back",
    "src/pishkhan/node/bench/engines.py": "makes and copies databases that are measured",
    "src/pishkhan/node/bench/plain.py": "the floor below every framework",
}
CLOCK = "src/pishkhan/kernel/clock.py"
# A file's age on this machine's disk is not a moment of any deed.
FILE_AGES = {"src/pishkhan/letters/logic/preview.py"}
OWN_CLOCKS = re.compile(
    r"(^|\.)(datetime\.(now|utcnow|today)|date\.today|timezone\.(now|localdate|localtime))$"
)
BELL = "src/pishkhan/kernel/bell.py"  # a hint to the worker, who also looks by himself
LOGIN_WIRING = ("src/pishkhan/web/middleware.py", "src/pishkhan/web/accounts/")
SIGNALS = {"src/pishkhan/journal/guard.py": "installs the guard on each new connection"}
PURE = re.compile(
    r"src/pishkhan/(journal/(merkle|checkpoint|commitment)\.py|relay/(bundle|protocol)\.py"
    r"|\w+/(rules|states|standing)\.py|\w+/contracts(\.py|/.*)|\w+/(ledger|ece_xml|plan)\.py"
    r"|kernel/(errors|clock|ids|money|text|checks|tracking|canonical|jalali|i18n)\.py)$"
)
IMPURE_ROOTS = {"django", "socket", "subprocess", "http", "urllib", "httpx", "requests", "asyncio"}
MACHINE = re.compile(r"/(work|root|tmp/plan|opt/wheels)(/|\b)|/home/[a-z]\w*/")
UNFINISHED = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b|\bNotImplementedError\b")
SILENCED = re.compile(
    r"#\s*noqa(?!: [A-Z]+\d+(, ?[A-Z]+\d+)* +[-—#:]+ *\S)"
    r"|#\s*type: ignore(?!\[[a-z, -]+\] +#+ *\S)"
)


def in_package(path: PurePosixPath) -> bool:
    return path.is_relative_to("src/pishkhan")


def context_of(path: PurePosixPath) -> str:
    return path.parts[2] if len(path.parts) > 3 else ""


def dotted(node: ast.AST) -> str:
    """Return "a.b.c" of a name or attribute, "" of anything else."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        inner = dotted(node.value)
        return f"{inner}.{node.attr}" if inner else f"?.{node.attr}"
    return ""


def imported(node: ast.AST) -> list[str]:
    """Return the full names that an import statement brings."""
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom) and node.module and not node.level:
        return [f"{node.module}.{alias.name}" for alias in node.names]
    return []


def small_files(path: PurePosixPath, text: str) -> Iterator[str]:
    lines = text.count("\n")
    if lines > MAX_FILE:
        yield f"{lines} lines in a file; {MAX_FILE} are the most"


def small_functions(path: PurePosixPath, text: str) -> Iterator[str]:
    if path.is_relative_to("tests"):
        return
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or 0) - node.lineno + 1
            if length > MAX_FUNCTION:
                yield f"{node.name} has {length} lines; {MAX_FUNCTION} are the most"


def no_back_doors_to_models(path: PurePosixPath, text: str) -> Iterator[str]:
    """get_model, get_user_model and request.user go round the walls and the seats."""
    if not in_package(path) or context_of(path) == "directory":
        return
    login = str(path).startswith(LOGIN_WIRING)
    for node in ast.walk(ast.parse(text)):
        name = dotted(node)
        last = name.rpartition(".")[2]
        names = [name, *imported(node)]
        if last == "get_model" or any(n.endswith(".get_model") for n in names):
            yield "get_model"
        if not login and any(n.rpartition(".")[2] == "get_user_model" for n in names if n):
            yield "get_user_model"
        if not login and (name == "request.user" or name.endswith(".request.user")):
            yield "request.user: use request.actor"


def no_raw_sql(path: PurePosixPath, text: str) -> Iterator[str]:
    if not in_package(path) or str(path) in ENGINE_FILES:
        return
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            name = ast.unparse(node.func)
            if node.func.attr == "cursor":
                yield f"{name}(): raw SQL belongs to kernel/rows.py and the named engine files"
            if node.func.attr in {"raw", "extra"} and "objects" in ast.unparse(node.func):
                yield f"{node.func.attr}(): raw SQL"
        for name in imported(node):
            if name.endswith((".RawSQL", ".RunSQL")) or name.split(".")[0] in {
                "sqlite3",
                "psycopg",
            }:
                yield f"{name}: raw SQL"
        if isinstance(node, ast.Call) and dotted(node.func).endswith((".RunSQL", "RawSQL")):
            yield f"{dotted(node.func)}: raw SQL"


def time_is_passed_in(path: PurePosixPath, text: str) -> Iterator[str]:
    if not in_package(path) or str(path) == CLOCK:
        return
    for node in ast.walk(ast.parse(text)):
        if not isinstance(node, ast.Call):
            continue
        name = dotted(node.func)
        if OWN_CLOCKS.search(name):
            yield f"{name}(): use kernel.clock or the act's time"
        if name in {"time.time", "time.time_ns"} and str(path) not in FILE_AGES:
            yield f"{name}(): use kernel.clock or the act's time"


def nothing_after_commit(path: PurePosixPath, text: str) -> Iterator[str]:
    if in_package(path) and str(path) != BELL and re.search(r"\bon_commit\b", text):
        yield "on_commit: what must happen is written in the transaction"


def no_signals(path: PurePosixPath, text: str) -> Iterator[str]:
    if not in_package(path) or str(path) in SIGNALS:
        return
    for node in ast.walk(ast.parse(text)):
        for name in imported(node):
            if name.startswith("django.dispatch") or ".signals." in f"{name}.":
                yield f"{name}: business by signals can not be read"


def pure_stays_pure(path: PurePosixPath, text: str) -> Iterator[str]:
    if not PURE.match(str(path)):
        return
    for node in ast.walk(ast.parse(text)):
        for name in imported(node):
            if name.split(".")[0] in IMPURE_ROOTS and not name.startswith("urllib.parse"):
                yield f"{name} in a pure file"


def no_admin_site(path: PurePosixPath, text: str) -> Iterator[str]:
    if in_package(path) and re.search(r"[\"']?django\.contrib\.admin[\"'.\s]", text):
        yield "django.contrib.admin edits past deeds and shows every letter"


def nothing_unfinished(path: PurePosixPath, text: str) -> Iterator[str]:
    if path.is_relative_to("tests/architecture"):
        return
    for number, line in enumerate(text.splitlines(), 1):
        if UNFINISHED.search(line):
            yield f"line {number}: unfinished: {line.strip()[:60]}"


def silence_has_a_reason(path: PurePosixPath, text: str) -> Iterator[str]:
    if path.is_relative_to("tests/architecture"):
        return
    for number, line in enumerate(text.splitlines(), 1):
        if SILENCED.search(line):
            yield f"line {number}: a silenced warning says why in the same line"


def no_skips(path: PurePosixPath, text: str) -> Iterator[str]:
    if not path.is_relative_to("tests") or path.is_relative_to("tests/architecture"):
        return
    for node in ast.walk(ast.parse(text)):
        name = dotted(node)
        if name in {"pytest.mark.xfail", "pytest.xfail", "unittest.skip", "pytest.importorskip"}:
            yield f"{name}: a test that may fail proves nothing"
        if (
            name in {"pytest.mark.skip", "pytest.mark.skipif", "pytest.skip"}
            and "by design: " not in text
        ):
            yield f"{name} without a reason `by design: …`"


def no_machine_names(path: PurePosixPath, text: str) -> Iterator[str]:
    if path.is_relative_to("tests/architecture"):
        return
    for number, line in enumerate(text.splitlines(), 1):
        if found := MACHINE.search(line):
            yield f"line {number}: {found.group()} is a path of one machine"


def steps_name_the_hand(path: PurePosixPath, text: str) -> Iterator[str]:
    """A step of the timeline takes the actor: of a deputy it says for which post and by whom."""
    if path.is_relative_to("src/pishkhan/letters/logic"):
        for found in re.findall(r"\bby=actor\.post_title\b", text):
            yield f"write by=actor, so that a deputy's step names both posts ({found})"


PYTHON_RULES: tuple[Rule, ...] = (
    small_files,
    small_functions,
    no_back_doors_to_models,
    no_raw_sql,
    time_is_passed_in,
    nothing_after_commit,
    no_signals,
    pure_stays_pure,
    no_admin_site,
    nothing_unfinished,
    silence_has_a_reason,
    no_skips,
    no_machine_names,
    steps_name_the_hand,
)

DATES = re.compile(r"\|\s*(date|time|naturaltime|naturalday|timesince|timeuntil)\b|\{%\s*now\b")
INLINE = re.compile(
    r"\sstyle\s*=|<style\b|\son[a-z]+\s*=\s*[\"']|hx-on|[\"']js:|javascript:|hx-vals\s*=\s*[\"']js",
    re.I,
)
SCRIPT = re.compile(r"<script\b(?![^>]*\bsrc\s*=)(?![^>]*type\s*=\s*[\"']application/json)", re.I)
TRIGGER_FILTER = re.compile(r"hx-trigger\s*=\s*([\"'])[^\"']*\[", re.I)
UNSAFE = re.compile(r"\|\s*safe\b|autoescape\s+off|\|\s*safeseq\b")
FOREIGN = re.compile(r"(src|href|action)\s*=\s*[\"']\s*(https?:)?//", re.I)


def dates_are_jalali(path: PurePosixPath, text: str) -> Iterator[str]:
    for found in DATES.findall(text):
        yield f"dates go through |jalali ({found})"


def nothing_inline(path: PurePosixPath, text: str) -> Iterator[str]:
    for pattern, what in (
        (INLINE, "inline style or script breaks the content policy"),
        (SCRIPT, "a script without src breaks the content policy"),
        (TRIGGER_FILTER, "a trigger filter needs eval"),
    ):
        if found := pattern.search(text):
            yield f"{what}: {found.group().strip()}"


def escaped(path: PurePosixPath, text: str) -> Iterator[str]:
    if found := UNSAFE.search(text):
        yield f"{found.group()}: what people typed is escaped"


def served_from_here(path: PurePosixPath, text: str) -> Iterator[str]:
    if found := FOREIGN.search(text):
        yield f"{found.group()}: everything is served by the node itself"


TEMPLATE_RULES: tuple[Rule, ...] = (
    dates_are_jalali,
    nothing_inline,
    escaped,
    served_from_here,
    nothing_unfinished,
)
