import ast
from gettext import GNUTranslations
from pathlib import Path

import pishkhan.kernel

KERNEL = Path(pishkhan.kernel.__file__).parent


def marked() -> set[str]:
    """Collect every string under `N_()` in the kernel's sources."""
    return {
        str(node.args[0].value)
        for source in KERNEL.rglob("*.py")
        for node in ast.walk(ast.parse(source.read_text("utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "N_"
        and isinstance(node.args[0], ast.Constant)
    }


def test_every_sentence_of_the_kernel_is_there_in_persian():
    with (KERNEL / "locale/fa/LC_MESSAGES/django.mo").open("rb") as file:
        persian = GNUTranslations(file)
    sentences = marked()
    assert len(sentences) > 20
    assert [s for s in sentences if persian.gettext(s) == s] == []


def test_words_for_a_wrong_national_id_are_those_of_the_copy():
    with (KERNEL / "locale/fa/LC_MESSAGES/django.mo").open("rb") as file:
        persian = GNUTranslations(file)
    assert (
        persian.gettext("The national ID is not right; look at the digits again.")
        == "کد ملی درست نیست؛ رقم‌ها را دوباره ببینید."
    )


def test_pure_files_of_the_kernel_import_no_django_network_or_subprocess():
    pure = [
        "clock",
        "ids",
        "errors",
        "money",
        "text",
        "checks",
        "tracking",
        "canonical",
        "jalali",
        "i18n",
        "sniff",
    ]
    for name in pure:
        tree = ast.parse((KERNEL / f"{name}.py").read_text("utf-8"))
        roots = {
            alias.name.split(".")[0]
            for node in ast.walk(tree)
            if isinstance(node, ast.Import)
            for alias in node.names
        } | {
            (node.module or "").split(".")[0]
            for node in ast.walk(tree)
            if isinstance(node, ast.ImportFrom)
        }
        assert not roots & {"django", "socket", "http", "urllib", "subprocess"}, name
