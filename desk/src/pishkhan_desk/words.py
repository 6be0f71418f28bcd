"""Sentences of the command line, in Persian and English. Sentences of the desk are the node's."""

from __future__ import annotations

import locale
import os

SENTENCES: dict[str, tuple[str, str]] = {
    "about": (
        "Lets the counter desk in this PC's browser use its scanner and receipt printer.",
        "میز پیشخوان در مرورگر این رایانه با این برنامه از اسکنر و چاپگر رسید استفاده می‌کند.",
    ),
    "run": ("answer the desk until Ctrl-C", "پاسخ دادن به میز تا Ctrl-C"),
    "pair": (
        "connect a node's desk: its address and the code that its page shows",
        "وصل کردن میز یک گره: نشانی آن و کدی که صفحه‌اش نشان می‌دهد",
    ),
    "status": ("tell what is connected and what is found", "گفتن آنچه وصل است و آنچه پیدا شده است"),
    "unpair": ("end a connection, or all", "پایان دادن به یک اتصال یا همه"),
    "folder": (
        "watch a folder: files in it become pages; “off” ends it",
        "پاییدن یک پوشه: فایل‌هایش صفحهٔ نامه می‌شوند؛ off آن را پایان می‌دهد",
    ),
    "autostart": (
        "start with this PC's session: on or off",
        "آغاز با ورود به این رایانه: on یا off",
    ),
    "ask-address": ("Address of the desk: ", "نشانی میز: "),
    "ask-code": ("Code on the page: ", "کد روی صفحه: "),
    "paired": (
        "The page at %(origin)s connects within five minutes, with this code.",
        "صفحهٔ %(origin)s تا پنج دقیقهٔ دیگر با همین کد وصل می‌شود.",
    ),
    "plain-http": (
        "Warning: %(origin)s is not HTTPS; others on the network can read what is sent there.",
        "هشدار: %(origin)s با HTTPS نیست؛ دیگران در شبکه می‌توانند آنچه فرستاده می‌شود بخوانند.",
    ),
    "running": (
        "Ready on %(host)s:%(port)s. Ctrl-C ends it.",
        "آماده روی %(host)s:%(port)s. پایان با Ctrl-C.",
    ),
    "port-taken": (
        "Port %(port)s is in use: is the helper running already?",
        "درگاه %(port)s گرفته است: آیا دستیار هم‌اکنون روشن است؟",
    ),
    "unpaired": ("Ended: %(count)s.", "پایان یافت: %(count)s."),
    "no-pairing": ("No desk is connected.", "هیچ میزی وصل نیست."),
    "desks": ("Desks", "میزها"),
    "scanners": ("Scanners", "اسکنرها"),
    "printers": ("Printers", "چاپگرها"),
    "folder-is": ("Watched folder", "پوشهٔ پاییده"),
    "none": ("none", "هیچ"),
    "folder-set": ("Files of %(folder)s become pages.", "فایل‌های %(folder)s صفحهٔ نامه می‌شوند."),
    "folder-off": ("No folder is watched.", "هیچ پوشه‌ای پاییده نمی‌شود."),
    "folder-bad": ("%(folder)s is no folder.", "%(folder)s پوشه نیست."),
    "autostart-on": (
        "It starts with the session: %(path)s",
        "با ورود به رایانه روشن می‌شود: %(path)s",
    ),
    "autostart-off": ("It does not start by itself any more.", "دیگر خودبه‌خود روشن نمی‌شود."),
    "pair.address": (
        "That is no web address, such as https://letters.example.ir",
        "این نشانی وب نیست؛ مانند https://letters.example.ir",
    ),
    "pair.code": ("The code has eight digits.", "کد هشت رقم دارد."),
    "scanner.no-program": (
        "scanimage is missing (Debian: apt install sane-utils)",
        "scanimage نصب نیست (دبیان: apt install sane-utils)",
    ),
    "printer.no-program": (
        "lp is missing (Debian: apt install cups-client)",
        "lp نصب نیست (دبیان: apt install cups-client)",
    ),
    "printer.off": ("the print service does not answer", "سرویس چاپ پاسخ نمی‌دهد"),
}


def language() -> str:
    """Return "fa" or "en": PISHKHAN_LANG, else the PC's."""
    named = os.environ.get("PISHKHAN_LANG") or os.environ.get("LANG") or ""
    if not named:
        named = locale.getlocale()[0] or ""
    return "fa" if named.lower().startswith(("fa", "persian")) else "en"


def say(key: str, **values: object) -> str:
    """Return a sentence in the language of this PC; a code without one stands for itself."""
    if key not in SENTENCES:
        return key
    english, persian = SENTENCES[key]
    return (persian if language() == "fa" else english) % values
