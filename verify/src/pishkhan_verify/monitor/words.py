"""The monitor's sentences, in Persian and in English."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pishkhan_verify import words
from pishkhan_verify.monitor.told import UNREAD, WRONG, Told, shown
from pishkhan_verify.words import Sentences

NOTES: Sentences = {
    "watching": (
        "دفتر {origin} از این پس زیر نظر است، از {size} ثبت ({source}).",
        "{origin} is watched from now on, from {size} leaves ({source}).",
    ),
    "witnessed": (
        "دفتر {origin} دنبالهٔ همان است که بود: {size} ثبت، با امضای شاهدان کافی.",
        "{origin} continues what it was: {size} leaves, cosigned by the quorum.",
    ),
    "logged": (
        "دفتر {origin} دنبالهٔ همان است که بود: {size} ثبت، بی امضای شاهدان کافی.",
        "{origin} continues what it was: {size} leaves, not cosigned by the quorum.",
    ),
    "older": (
        "رونوشت {source} از دفتر {origin} کهنه‌تر است: {size} ثبت، آغاز همان دفتر.",
        "the copy {source} of {origin} is older: {size} leaves, the beginning of the same.",
    ),
    "behind": (
        "{source} از دفتر {origin} هنوز {size} ثبت می‌دهد؛ جای دیگر {newest} ثبت دیده شده است.",
        "{source} still serves {size} leaves of {origin}; elsewhere {newest} were shown.",
    ),
    "ahead": (
        "{source} از دفتر {origin} {newest} ثبت دیده است؛ اینجا هنوز {size} ثبت داده می‌شود.",
        "{source} was shown {newest} leaves of {origin}; here it still has {size}.",
    ),
    "entries-later": (
        "ثبت‌های {origin} تا {done} از {size} سنجیده شد؛ دنباله‌اش بار دیگر.",
        "entries of {origin} compared up to {done} of {size}; the rest at the next look.",
    ),
    "entries-absent": (
        "در رونوشت {source} ثبت‌های {origin} نیست؛ تنها درهم‌ها سنجیده شد.",
        "the copy {source} has no entries of {origin}; only hashes were compared.",
    ),
    "promise-waits": (
        "وعدهٔ نامهٔ {name} تا {due} وقت دارد.",
        "the promise for letter {name} is due by {due}.",
    ),
    "promise-kept": (
        "وعدهٔ نامهٔ {name} انجام شده است: ثبت {index} دفتر {origin}.",
        "the promise for letter {name} was kept: leaf {index} of {origin}.",
    ),
    "over": ("دیگر چنین نیست: {what}", "No longer so: {what}"),
}

FORKED: Sentences = {
    "split-view": (
        (
            "دو روایت: دفتر {origin} دو درخت متفاوت با {size} ثبت امضا کرده است،"
            " یکی در {first} دیده شده است و دیگری در {source}."
        ),
        (
            "a split view: {origin} signed two different trees of {size} leaves,"
            " one was seen at {first}, the other at {source}."
        ),
    ),
    "not-beginning": (
        (
            "دو روایت: دفتر {origin} با {old} ثبت، آغاز آن با {size} ثبت نیست؛"
            " یکی در {first} دیده شده است و دیگری در {source}."
        ),
        (
            "a split view: {origin} of {old} leaves is not the beginning of that of {size};"
            " one was seen at {first}, the other at {source}."
        ),
    ),
    "rollback": (
        "دفتر {origin} به عقب رفته است: {source} {size} ثبت می‌دهد و پیش‌تر {old} ثبت داده بود.",
        "{origin} went back: {source} serves {size} leaves and had served {old}.",
    ),
    "rollback-old": (
        (
            "دفتر {origin} به عقب رفته است: {source} نقطهٔ وارسی کهنه‌ای با {size} ثبت می‌دهد که در"
            " {at} دیده شده بود، پس از آنکه {old} ثبت داده بود. شاید انبارهٔ میانی کهنه باشد."
        ),
        (
            "{origin} went back: {source} serves an old checkpoint of {size} leaves, first seen"
            " {at}, after it had served {old}. It may be a stale cache."
        ),
    ),
    "tiles-other": (
        "کاشی‌هایی که {source} می‌دهد به نقطهٔ وارسی {origin} با {size} ثبت نمی‌خورند.",
        "the tiles that {source} serves do not fit the checkpoint of {origin} of {size} leaves.",
    ),
    "entry-other": (
        "ثبت {index} که {source} می‌دهد به درهم آن در دفتر {origin} نمی‌خورد.",
        "the entry {index} that {source} serves does not fit its hash in {origin}.",
    ),
    "cosigned-backwards": (
        (
            "زمان شاهد {name} به عقب رفته است: {old} ثبت را در {before} و {size} ثبت را"
            " در {at} امضا"
            " کرده است ({origin})."
        ),
        (
            "the time of the witness {name} went backwards: it cosigned {old} leaves at"
            " {before} and"
            " {size} leaves at {at} ({origin})."
        ),
    ),
    "epoch-new": (
        "دفتر از نو آغاز شده است: پس از {old} با {size} ثبت، اکنون {origin}.",
        "the log began anew: after {old} of {size} leaves it is now {origin}.",
    ),
    "promise-broken": (
        "وعده‌ای شکسته شد: نامهٔ {name} باید تا {due} در دفتر {origin} ثبت می‌شد و در آن نیست.",
        "a promise was broken: letter {name} had to be in {origin} by {due} and is not there.",
    ),
}

WRONGS: Sentences = {
    **FORKED,
    "withheld": (
        (
            "دفتر {origin} بیش از یک ساعت است که {size} ثبت می‌دهد؛"
            " جای دیگر {newest} ثبت دیده شده است ({source})."
        ),
        (
            "for more than an hour {origin} serves {size} leaves here,"
            " while {newest} were shown elsewhere ({source})."
        ),
    ),
    "epoch-unknown": (
        (
            "{source} می‌گوید که دفتر {old} از نو آغاز شده و اکنون {origin} است؛"
            " این در سیاست اعتماد شما نیست، سیاست تازه بگیرید."
        ),
        (
            "{source} says that {old} began anew as {origin};"
            " it is not in your policy, so get a new policy."
        ),
    ),
    "epoch-back": (
        "{source} باز دفتر {origin} را می‌دهد، پس از آنکه {new} آغاز شده بود.",
        "{source} serves {origin} again after {new} had begun.",
    ),
    "log-other": (
        "{source} دفتر {origin} را می‌دهد، نه {meant} را که در سیاست اعتماد است.",
        "{source} serves {origin}, not {meant} as the policy says.",
    ),
    "cosigned-ahead": (
        "زمان امضای شاهد {name} بر {origin} با {size} ثبت هنوز نرسیده است: {at}.",
        "the witness {name} cosigned {origin} of {size} leaves at a time to come: {at}.",
    ),
    "witnesses-apart": (
        (
            "ساعت شاهدان {first} و {last} با هم نمی‌خواند: {origin} با {size} ثبت را در {before} و"
            " {at} امضا کرده‌اند."
        ),
        (
            "the witnesses {first} and {last} disagree on the time: they cosigned"
            " {origin} of {size}"
            " leaves at {before} and {at}."
        ),
    ),
    "own-clock": (
        "ساعت همین رایانه به عقب رفته است: اکنون {now}، پیش‌تر {before}.",
        "this machine's clock went back: now {now}, before {before}.",
    ),
    "silent": (
        "دفتر {origin} از {since} نه ثبتی افزوده و نه امضای شاهدی گرفته است.",
        "{origin} has neither grown nor been cosigned since {since}.",
    ),
    "quorum-lost": (
        "دفتر {origin} با {size} ثبت دیگر امضای شاهدان کافی ندارد، از {since}.",
        "{origin} of {size} leaves no longer reaches the quorum of witnesses, since {since}.",
    ),
    "pending-full": (
        "{source} از دفتر {origin} بیش از آن نقطهٔ وارسی نشان داده است که نگه داشته شود.",
        "{source} showed more checkpoints of {origin} that do not compare than are kept.",
    ),
}

UNREADS: Sentences = {
    "source-away": ("{name} پاسخ درستی نداد: {why}", "{name} gave no usable answer: {why}"),
    "source-none": ("در {name} نقطهٔ وارسی نیست.", "there is no checkpoint at {name}."),
    "source-address": (
        "{name} نشانی‌ای نیست که بتوان پرسید؛ تنها http و https.",
        "{name} is no address that can be asked; only http and https.",
    ),
    "sources-none": (
        "هیچ دفتری در سیاست اعتماد نشانی ندارد؛ نشانی یا پوشه‌ای بدهید.",
        "no log of the policy has an address; give an address or a folder.",
    ),
    "tiles-nowhere": (
        "کاشی‌های دفتری با {size} ثبت در دست نیست.",
        "no tiles of the tree of {size} leaves are at hand.",
    ),
    "uncompared": (
        "{count} نقطهٔ وارسی از {origin} سنجیده نشد؛ کاشی‌هایش در دست نیست.",
        "{count} checkpoints of {origin} could not be compared; their tiles are not at hand.",
    ),
    "promise-unsearched": (
        "وعدهٔ نامهٔ {name} را نشد در دفتر جست.",
        "the promise for letter {name} could not be searched for.",
    ),
    "promise-none": ("{name} وعدهٔ رسید نیست.", "{name} is no promise of a receipt."),
    "state-damaged": (
        (
            "حافظهٔ ناظر {name} آسیب دیده است. آن را از پشتیبان بازگردانید؛ یا پوشه را با همهٔ"
            " مدرک‌هایش کنار بگذارید و با پوشه‌ای تازه آغاز کنید: آنگاه گذشته دانسته نیست."
        ),
        (
            "the monitor's memory {name} is damaged. Bring it back from a copy; or put the folder"
            " aside, with all its evidence, and begin with a new one: its past is not known then."
        ),
    ),
    "state-gone": (
        (
            "حافظهٔ ناظر {name} نیست، ولی پوشه خالی نیست. آن را از پشتیبان بازگردانید یا"
            " پوشهٔ تازه‌ای"
            " بدهید."
        ),
        (
            "the monitor's memory {name} is gone, yet the folder is not empty. Bring it back from a"
            " copy, or name a new folder."
        ),
    ),
    "state-locked": (
        "ناظر دیگری با {name} کار می‌کند.",
        "another monitor is at work in {name}.",
    ),
    "state-write": (
        "در {name} نوشته نشد: {why}. هیچ چیز تازه‌ای به یاد سپرده نشد.",
        "{name} could not be written: {why}. Nothing new is remembered.",
    ),
    "evidence-damaged": (
        "مدرک {name} آسیب دیده است؛ آن را از پشتیبان بازگردانید یا به جای دیگری ببرید.",
        "the evidence {name} is damaged; bring it back from a copy or move it elsewhere.",
    ),
}

HEADS: Sentences = {
    WRONG: ("نادرست: {what}", "Wrong: {what}"),
    UNREAD: ("خوانده نشد: {what}", "Could not be read: {what}"),
    "note": ("{what}", "{what}"),
    "evidence": ("مدرک: {folder}", "Evidence: {folder}"),
}

OWN: Sentences = {**NOTES, **WRONGS, **UNREADS, **HEADS}
SENTENCES: Sentences = {**words.SENTENCES, **OWN}

PROOF: Sentences = {
    "split-view": (
        "هر دو برگه را خود دفتر امضا کرده است و با هم نمی‌خوانند. همین برای هر کس بس است.",
        "The log itself signed both notes, and they exclude each other. That is proof to anybody.",
    ),
    "tiles-other": (
        "برگه را دفتر امضا کرده است؛ کاشی‌ها امضا ندارند، پس این نشانه است و نه برهان.",
        "The log signed the note; tiles are not signed, so this is a sign and no proof.",
    ),
    "rollback": (
        (
            "هر دو برگه را دفتر امضا کرده است. اینکه کهنه‌تر پس از تازه‌تر داده شد، تنها"
            " گفتهٔ این ناظر"
            " است."
        ),
        (
            "The log signed both notes. That the older was served after the newer is this monitor's"
            " word alone."
        ),
    ),
    "cosigned-backwards": (
        (
            "شاهد هر دو برگه را با زمانش امضا کرده است؛ زمان‌ها با اندازه‌ها نمی‌خوانند."
            " همین برای هر کس"
            " بس است."
        ),
        (
            "The witness signed both notes with their times, which do not rise with the"
            " sizes. That is"
            " proof to anybody."
        ),
    ),
    "epoch-new": (
        "هر دو برگه را دفترهای یک گره امضا کرده‌اند؛ نخستین دیگر دنبال نمی‌شود.",
        "Logs of one node signed these notes; the first is no longer continued.",
    ),
    "promise-broken": (
        (
            "وعده را دفتر امضا کرده است، و برگه را نیز؛ کاشی‌های لایهٔ صفر همهٔ ثبت‌های"
            " آن‌اند و ثبت وعده"
            " در میانشان نیست. زمان امضای شاهدان نشان می‌دهد که برگه از پس مهلت است."
        ),
        (
            "The log signed the promise and the note; the tiles of level 0 are all leaves of that"
            " tree, and the promised one is not among them. The times of the witnesses"
            " show that the"
            " note is of a time after the promise was due."
        ),
    ),
}
_PROOF_OF = {
    "not-beginning": "split-view",
    "rollback-old": "rollback",
    "entry-other": "tiles-other",
}

README = """{fa}

{proof_fa}
نگه‌داشته در {at_fa}. این پوشه را دست‌نخورده نگه دارید و رونوشتش را به دیگران بدهید.
{command_fa}

---

{en}

{proof_en}
Kept {at_en}. Leave this folder as it is, and give copies of it to others.
{command_en}
"""
_CHECK = "pishkhan-verify --policy policy "
_COMMANDS = {
    "split-view": f"{_CHECK}1.checkpoint 2.checkpoint --tiles .",
    "promise-broken": f"{_CHECK}promise.txt; {_CHECK}1.checkpoint --tiles .",
    "tiles-other": f"{_CHECK}1.checkpoint",
}
_BOTH = f"{_CHECK}1.checkpoint; {_CHECK}2.checkpoint"


def say(key: str, lang: str, /, **values: object) -> str:
    """Return a sentence with its values, each made safe to print."""
    persian, english = SENTENCES[key]
    made = {name: words.shown_value(value, lang) for name, value in values.items()}
    return (persian if lang == "fa" else english).format(**made)


def line(told: Told, lang: str) -> str:
    """Return a finding as one line."""
    what = say(told.code, lang, **shown(told))
    if told.code not in OWN and told.source:  # the verifier's sentences name no source
        what = f"{words.shown_value(told.source, lang)}: {what}"
    if told.evidence:
        what += " " + say("evidence", lang, folder=told.evidence)
    return say(told.level, lang, what=words.Safe(what))


def readme(code: str, origin: str, source: str, values: Mapping[str, Any], at: datetime) -> str:
    """Return what a folder of evidence says of itself, in both languages."""
    told = Told(WRONG, code, origin, source, dict(values))
    kind = _PROOF_OF.get(code, code)
    fa, en = (line(told, lang) for lang in words.LANGUAGES)
    command = _COMMANDS.get(kind, _BOTH)
    return README.format(
        fa=fa,
        en=en,
        proof_fa=PROOF[kind][0],
        proof_en=PROOF[kind][1],
        at_fa=words.moment(at, "fa"),
        at_en=words.moment(at, "en"),
        command_fa=f"وارسی: {command}",
        command_en=f"To check: {command}",
    )
