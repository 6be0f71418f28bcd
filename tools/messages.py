"""Makes or checks the translations: `tools/messages.py make | check`.

Each context, and each desk of the web, has its own catalogue beside its code. `make` takes the
sentences out of the sources and compiles; `check` changes nothing and fails for a sentence that is
not in Persian, is fuzzy, has other `%(places)s` than its source, or is not in the .mo yet.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import django
import polib
from django.conf import settings
from django.template import base as templates
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "src" / "pishkhan"
CATALOGUE = Path("locale/fa/LC_MESSAGES/django.po")
KEYWORDS = (
    "_", "N_", "gettext", "gettext_noop", "gettext_lazy", "ngettext:1,2", "ngettext_lazy:1,2",
    "pgettext:1c,2", "pgettext_lazy:1c,2", "npgettext:1c,2,3", "npgettext_lazy:1c,2,3",
)  # fmt: skip
PLACE = re.compile(r"%\(\w+\)s|%\(\w+\)d|\{\w+\}")
SKIPPED = {"locale", "static", "assets", "migrations", "node_modules", "__pycache__"}
HEADER = {
    "Content-Type": "text/plain; charset=UTF-8",
    "Content-Transfer-Encoding": "8bit",
    "Language": "fa",
    "MIME-Version": "1.0",
    "Plural-Forms": "nplurals=2; plural=(n > 1);",
}


def units() -> list[Path]:
    """Return the folders that have a catalogue of their own: contexts, and desks of the web."""
    contexts = [path for path in PACKAGE.iterdir() if (path / "__init__.py").exists()]
    web = PACKAGE / "web"
    desks = [path for path in web.iterdir() if (path / "locale").is_dir()] if web.is_dir() else []
    return sorted([*contexts, *desks])


def sources(unit: Path, all_units: list[Path]) -> list[Path]:
    """Return a unit's sources, without those of units inside it."""
    inner = [other for other in all_units if other != unit and other.is_relative_to(unit)]
    found = [
        path
        for path in sorted(unit.rglob("*"))
        if path.suffix in {".py", ".html", ".txt", ".svg"}
        and not SKIPPED & set(path.relative_to(unit).parts)
        and not any(path.is_relative_to(other) for other in inner)
    ]
    return [path for path in found if path.suffix == ".py" or "templates" in path.parts]


def extracted(unit: Path, all_units: list[Path]) -> polib.POFile:
    """Return the sentences of a unit's sources."""
    with tempfile.TemporaryDirectory() as folder:
        names = []
        for path in sources(unit, all_units):
            text = path.read_text("utf-8")
            if path.suffix != ".py":
                text = templatize(text, origin=str(path))
            name = Path(folder) / path.relative_to(PACKAGE)
            name.parent.mkdir(parents=True, exist_ok=True)
            name.write_text(text, "utf-8")
            names.append(str(name.relative_to(folder)))
        if not names:
            return polib.POFile()
        keywords = [f"--keyword={keyword}" for keyword in KEYWORDS]
        result = subprocess.run(
            ["xgettext", "-L", "Python", "--from-code=UTF-8", "--keyword", *keywords,
             "--add-comments=Translators", "--sort-by-file", "-o", "-", *names],
            cwd=folder, check=True, capture_output=True, text=True,
        )  # fmt: skip
    found = polib.pofile(result.stdout) if result.stdout else polib.POFile()
    found[:] = [entry for entry in found if entry.msgid]
    return found


def key(entry: polib.POEntry) -> tuple[str, str]:
    """Return what names a sentence: its context and its English."""
    return (entry.msgctxt or "", entry.msgid)


def translations(entry: polib.POEntry) -> list[str]:
    """Return all forms of an entry's translation."""
    return list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]


def complete(entry: polib.POEntry) -> bool:
    """Return True when every form is translated and no one doubts it."""
    return "fuzzy" not in entry.flags and all(translations(entry)) and not entry.obsolete


def make() -> int:
    """Write new sentences into the catalogues and compile them."""
    all_units = units()
    for unit in all_units:
        wanted = extracted(unit, all_units)
        path = unit / CATALOGUE
        if not wanted and not path.exists():
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        catalogue = polib.pofile(str(path)) if path.exists() else polib.POFile()
        catalogue.wrapwidth = 100
        catalogue.metadata = {**catalogue.metadata, **HEADER}
        for entry in wanted:
            entry.occurrences = [(name, "") for name, _line in entry.occurrences]
        catalogue.merge(wanted)
        catalogue[:] = [entry for entry in catalogue if not entry.obsolete]
        catalogue.save(str(path))
        catalogue.save_as_mofile(str(path.with_suffix(".mo")))
        missing = sum(not complete(entry) for entry in catalogue)
        print(f"{path.relative_to(ROOT)}: {len(catalogue)} sentences, {missing} to translate")
    return 0


def check() -> int:
    """Print every fault; return 1 when there is one."""
    all_units = units()
    faults: list[str] = []
    known: dict[tuple[str, str], polib.POEntry] = {}
    for unit in all_units:
        path = unit / CATALOGUE
        if not path.exists():
            continue
        catalogue = polib.pofile(str(path))
        known |= {key(entry): entry for entry in catalogue if complete(entry)}
        faults += [f"{path.relative_to(ROOT)}: {fault}" for fault in own_faults(catalogue, path)]
    for unit in all_units:
        faults += [
            f"{unit.relative_to(ROOT)}: not in Persian: {entry.msgid!r}"
            for entry in extracted(unit, all_units)
            if key(entry) not in known
        ]
    for fault in faults:
        print(fault)
    print(f"{len(known)} sentences, {len(faults)} faults")
    return 1 if faults or not known else 0


def own_faults(catalogue: polib.POFile, path: Path) -> list[str]:
    """Return what is wrong inside one catalogue."""
    faults = [
        f"not translated: {e.msgid!r}" for e in catalogue if not e.obsolete and not complete(e)
    ]
    for entry in filter(complete, catalogue):
        places = set(PLACE.findall(entry.msgid)) | set(PLACE.findall(entry.msgid_plural or ""))
        if any(not set(PLACE.findall(text)) <= places for text in translations(entry)) or (
            not entry.msgid_plural and set(PLACE.findall(entry.msgstr)) != places
        ):
            faults.append(f"other places than its source: {entry.msgid!r}")
    compiled = path.with_suffix(".mo")
    if not compiled.exists():
        return [*faults, "not compiled (make messages)"]
    done = {key(e): translations(e) for e in polib.mofile(str(compiled)) if e.msgid}
    if done != {key(e): translations(e) for e in catalogue if complete(e)}:
        faults.append("the .mo is not of this .po (make messages)")
    return faults


def main(arguments: list[str]) -> int:
    """Run `make` or `check`."""
    os.environ.setdefault("LC_ALL", "C.UTF-8")
    settings.configure(USE_I18N=True, TEMPLATES=[])
    django.setup()
    assert templates.BLOCK_TAG_START  # templatize reads the syntax from here
    if arguments not in (["make"], ["check"]):
        print("usage: tools/messages.py make | check", file=sys.stderr)
        return 2
    return make() if arguments == ["make"] else check()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
