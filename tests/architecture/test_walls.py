"""The walls: import-linter's contracts, complete and able to fail; foreign keys; deeds' places."""

import ast
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from django.apps import apps
from django.db.models import ForeignKey, ManyToManyField

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "src" / "pishkhan"
LINTER = Path(sys.executable).parent / "lint-imports"
CONTRACTS = tomllib.loads((ROOT / "importlinter.toml").read_text("utf-8"))["tool"]["importlinter"]
PRIVATE = ("models", "logic", "access", "rules")
CONTEXTS = ("journal", "directory", "sealing", "relay", "notices", "letters", "enrolment")
# Two halves of one deed live in one file.
GROUPED = {"look_up_person": "persons.py", "confirm_card": "persons.py"}
# The directory's deeds are small and many; its tests are by subject. Each deed is called there.
TESTED_BY_SUBJECT = {"directory"}


def lint(folder):
    return subprocess.run(
        [LINTER, "--config", ROOT / "importlinter.toml", "--no-cache"], cwd=folder,
        env={"PYTHONPATH": str(folder), "PATH": ""}, capture_output=True, text=True, check=False,
    )  # fmt: skip


@pytest.fixture(scope="module")
def copied(tmp_path_factory):
    """A copy of the package's code, to break."""
    target = tmp_path_factory.mktemp("walls")
    keep = shutil.ignore_patterns("*.html", "*.po", "*.mo", "static", "assets", "__pycache__")
    shutil.copytree(PACKAGE, target / "pishkhan", ignore=keep)
    return target


def test_imports_keep_the_walls(copied):
    result = lint(copied)
    assert result.returncode == 0, result.stdout


@pytest.mark.parametrize(
    ("contract", "module", "statement"),
    [
        ("strata", "kernel/ids.py", "import pishkhan.journal.api"),
        ("strata", "relay/rules.py", "import pishkhan.letters.api"),
        ("strata", "notices/api.py", "import pishkhan.relay.api"),
        ("strata", "letters/handlers.py", "import pishkhan.web.http"),
        ("pure", "letters/rules.py", "import django.db"),
        ("pure", "kernel/text.py", "import subprocess"),
        ("crypto", "letters/logic/sign.py", "import cryptography"),
        ("crypto", "relay/api.py", "import pyrage"),
        ("kernel-has-no-models", "kernel/rows.py", "import allauth"),
        *(
            (f"private-{name}", "web/context.py", f"import pishkhan.{name}.{part}")
            for name in CONTEXTS
            for part in PRIVATE
            if (PACKAGE / name / f"{part}.py").exists() or (PACKAGE / name / part).is_dir()
        ),
    ],
)
def test_a_hole_in_a_wall_is_found(copied, contract, module, statement):
    names = {entry["id"]: entry["name"] for entry in CONTRACTS["contracts"]}
    file = copied / "pishkhan" / module
    kept = file.read_text("utf-8")
    file.write_text(f"{kept}\n{statement}\n", "utf-8")
    try:
        result = lint(copied)
    finally:
        file.write_text(kept, "utf-8")
    assert result.returncode != 0
    assert f"{names[contract]} BROKEN" in result.stdout


def test_a_package_outside_the_strata_is_found(copied):
    stray = copied / "pishkhan" / "stray"
    stray.mkdir()
    (stray / "__init__.py").write_text("")
    try:
        result = lint(copied)
    finally:
        shutil.rmtree(stray)
    assert result.returncode != 0


def test_every_contexts_private_parts_are_protected():
    protected = {
        module
        for entry in CONTRACTS["contracts"]
        if entry["type"] == "protected"
        for module in entry["protected_modules"]
    }
    present = {
        f"pishkhan.{name}.{part}"
        for name in CONTEXTS
        for part in PRIVATE
        if (PACKAGE / name / f"{part}.py").exists() or (PACKAGE / name / part).is_dir()
    }
    assert present - protected == set()


def foreign_keys(models):
    """Yield (model, field) of relations that leave their context for another than directory."""
    for model in models:
        for field in [*model._meta.local_fields, *model._meta.local_many_to_many]:
            if not isinstance(field, ForeignKey | ManyToManyField):
                continue
            target = field.related_model._meta.app_label
            if target not in {model._meta.app_label, "directory"}:
                yield f"{model._meta.label}.{field.name} → {target}"


def test_no_foreign_key_leaves_its_context_but_to_the_directory():
    own = [model for model in apps.get_models() if model.__module__.startswith("pishkhan.")]
    assert len(own) > 10
    assert list(foreign_keys(own)) == []


def test_a_foreign_key_across_contexts_is_found():
    borrowed = apps.get_model("mfa", "Authenticator")._meta.get_field("user")
    assert borrowed.related_model._meta.app_label == "directory"
    session = apps.get_model("usersessions", "UserSession")
    assert list(foreign_keys([session])) == []
    assert list(foreign_keys([apps.get_model("auth", "Permission")])) == [
        "auth.Permission.content_type → contenttypes"
    ]


def deeds(context):
    """Return {verb: file} of the deeds that a context's door offers."""
    door = PACKAGE / context / "api.py"
    found = {}
    for node in ast.parse(door.read_text("utf-8")).body:
        module = node.module or "" if isinstance(node, ast.ImportFrom) else ""
        if not isinstance(node, ast.ImportFrom) or ".logic" not in module:
            continue
        file = ROOT / "src" / Path(*module.split(".")).with_suffix(".py")
        for alias in node.names:
            if file.exists() and is_deed(file.read_text("utf-8"), alias.name):
                found[alias.asname or alias.name] = file
    return found


def is_deed(text, name):
    """A deed takes the actor first and its file opens an act."""
    for node in ast.parse(text).body:
        if isinstance(node, ast.FunctionDef) and node.name == name:
            first = node.args.args[0].arg if node.args.args else ""
            return first == "actor" and "journal.act()" in text
    return False


def calls(folder):
    """Return every name that the tests of a folder call."""
    return {
        node.func.attr if isinstance(node.func, ast.Attribute) else node.func.id
        for file in folder.rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute | ast.Name)
    }


@pytest.mark.parametrize("context", ["directory", "letters"])
def test_a_deed_keeps_its_name_from_the_door_to_its_file_and_test(context):
    found = deeds(context)
    assert len(found) > 10
    tests = ROOT / "tests" / context
    called = calls(tests)
    lost = [
        f"{verb}: in {file.name}"
        for verb, file in found.items()
        if file.stem != verb and GROUPED.get(verb) != file.name
    ]
    untested = [
        verb
        for verb in found
        if not (tests / f"test_{verb}.py").exists()
        and not (context in TESTED_BY_SUBJECT and verb in called)
    ]
    assert lost == []
    assert untested == []


def test_a_deed_without_its_file_or_test_would_be_found():
    text = "def refer(actor):\n    with journal.act() as act:\n        pass\n"
    assert is_deed(text, "refer")
    assert not is_deed(text, "open_page")
    assert not is_deed(text.replace("actor", "code"), "refer")


def test_journal_kinds_are_named_by_noun_and_participle():
    kinds = {
        node.args[0].value
        for context in CONTEXTS
        for file in (PACKAGE / context).rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "append"
        and node.args
        and isinstance(node.args[0], ast.Constant)
        and isinstance(node.args[0].value, str)
        and any(keyword.arg == "subject" for keyword in node.keywords)
    }
    assert len(kinds) > 20
    named = re.compile(r"[a-z]+(_[a-z]+)*\.[a-z]+(_[a-z]+)*")
    assert [kind for kind in kinds if not named.fullmatch(kind)] == []
