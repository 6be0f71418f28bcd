"""What was found, as sentences for people and as JSON for programs. Pure."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from pishkhan_verify import canonical, words
from pishkhan_verify.entry import SLIP, AnswerSlip, read_second
from pishkhan_verify.errors import Refused, Trouble
from pishkhan_verify.judge import HISTORY, LETTER, PROMISED, TREE, Finding

SHOWN_FIELDS = 40


def lines(found: Finding, lang: str) -> list[str]:
    """Return one sentence a line, the verdict first."""

    def say(key: str, /, **values: object) -> str:
        return words.say(key, lang, **values)

    told = [say("verified")]
    newest = found.heads[-1].checkpoint if found.heads else None
    if newest is not None and found.about != LETTER:
        told += [
            say(HISTORY, old=head.checkpoint.size, size=newest.size) for head in found.heads[:-1]
        ]
        if found.about != HISTORY:
            told.append(say(found.about, size=newest.size))
    if newest is None or found.about in (LETTER, TREE, HISTORY):
        is_answer = isinstance(found.slip, AnswerSlip)
        told.append(
            say("answer-promised" if is_answer and found.level == PROMISED else found.level)
        )
    told += _letter(found, lang)
    told.append(say("origin", origin=found.origin))
    if found.index is not None and found.size is not None:
        told.append(say("index", index=found.index, size=found.size))
    told += [
        say("cosigned", name=name, at=_moment(at))
        for name, at in sorted(found.cosigned.items(), key=lambda pair: (pair[1], pair[0]))
    ]
    if found.not_before is not None:
        told.append(say("not-before", at=_moment(found.not_before)))
    if found.not_after is not None:
        told.append(say("not-after", at=_moment(found.not_after)))
    if found.level == PROMISED and found.log_by is not None:
        told.append(say("log-by", at=found.log_by))
    told += [say("stated", agency=each.agency, number=each.number) for each in found.stated]
    told.append(say("policy", day=_day(found, lang)))
    return told + [caution(code, lang, values) for code, values in found.cautions]


def caution(code: str, lang: str, values: dict[str, object]) -> str:
    """Return a caution's line."""
    return words.say("caution", lang, what=words.Safe(words.say(code, lang, **values)))


def trouble_line(trouble: Trouble, lang: str) -> str:
    """Return the one sentence of what is wrong."""
    values = trouble.values
    if trouble.code == "code-other":
        values = {"told": words.code(str(values["told"]), lang)}
    why = words.Safe(words.say(trouble.code, lang, **values))
    return words.say("refused" if isinstance(trouble, Refused) else "unreadable", lang, why=why)


def _letter(found: Finding, lang: str) -> list[str]:
    told = []
    slip = found.slip
    if isinstance(slip, AnswerSlip):
        told += [
            words.say("answer", lang),
            words.say("agency", lang, agency=slip.agency),
            words.say("code", lang, code=words.code(slip.code, lang)),
            words.say("sent-at", lang, at=read_second(slip.at)),
            words.say("text", lang, text=slip.text),
            words.say("text-compare", lang),
        ]
    elif slip is not None:
        told += [
            words.say("code", lang, code=words.code(slip.code, lang)),
            words.say("at", lang, at=read_second(slip.at)),
            words.say("agency", lang, agency=slip.agency),
            words.say("pages", lang, pages=slip.pages),
            words.say("fee", lang, fee=words.money(slip.fee, slip.epoch, lang)),
        ]
    fields = found.shown.fields if found.shown else {}
    rest = [name for name in fields if name != SLIP]
    for name in rest[:SHOWN_FIELDS]:
        value = fields[name]
        text = value if isinstance(value, str) else canonical.write(value).decode()
        told.append(words.say("field", lang, name=name, value=text))
    if found.pages is not None:
        told.append(words.say("pages-same", lang, count=found.pages))
    return told


def _moment(seconds: int) -> datetime | str:
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError):  # a witness may sign any time up to 2**63 - 1
        return f"{seconds} s"


def _day(found: Finding, lang: str) -> words.Safe:
    return words.Safe(words.digits(f"{found.policy.made_on}", lang))


def as_json(found: Finding) -> dict[str, Any]:
    """Return the finding: moments in POSIX seconds and RFC 3339, hashes in hexadecimal."""
    slip = found.slip
    return {
        "ok": True,
        "about": found.about,
        "verdict": found.level,
        "origin": found.origin,
        "policy_date": str(found.policy.made_on),
        "commitment": found.shown.commit.hex() if found.shown else None,
        "slip": slip.value() if slip else None,
        "fields": dict(found.shown.fields) if found.shown else {},
        "index": found.index,
        "checkpoints": [
            {"size": head.checkpoint.size, "root": head.checkpoint.root.hex()}
            for head in found.heads
        ],
        "cosigned": found.cosigned,
        "not_before": found.not_before,
        "not_after": found.not_after,
        "log_by": found.log_by.strftime("%Y-%m-%dT%H:%M:%SZ") if found.log_by else None,
        "stated": [{"agency": each.agency, "number": each.number} for each in found.stated],
        "pages_compared": found.pages,
        "cautions": [{"code": code, **_plain(values)} for code, values in found.cautions],
    }


def _plain(values: dict[str, object]) -> dict[str, object]:
    return {
        name: each.strftime("%Y-%m-%dT%H:%M:%SZ") if isinstance(each, datetime) else each
        for name, each in values.items()
    }


def trouble_json(trouble: Trouble) -> dict[str, Any]:
    """Return what was wrong: its code, and the English sentence."""
    return {
        "ok": False,
        "code": trouble.code,
        "sentence": trouble_line(trouble, "en"),
    }
