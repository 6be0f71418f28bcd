"""Logs: one JSON object a line on standard error, without personal data."""

from __future__ import annotations

import logging
import logging.config
from collections.abc import MutableMapping
from typing import Any

# Keys whose values tell of a person. Dropped wherever they stand: a log outlives its reason.
PERSONAL = frozenset(
    {
        "name", "full_name", "first_name", "last_name", "father_name", "applicant", "proxy",
        "national_id", "foreign_id", "legal_id", "mobile", "phone", "email", "address",
        "postal_code", "subject_text", "title", "text", "body", "note", "instruction", "params",
        "password", "token", "secret", "username", "to", "query", "q", "request", "sql",
    }
)  # fmt: skip
DROPPED = "[dropped]"
# What a record may bring beside its message; the rest is left out.
TOLD = frozenset({"code", "view"})


def drop_personal(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> Any:
    """Return the event with personal values replaced, at any depth (a structlog processor)."""
    for key in list(event):
        event[key] = DROPPED if key.lower() in PERSONAL else _clean(event[key])
    return event


def _clean(value: Any) -> Any:
    if isinstance(value, dict):
        return {k: DROPPED if str(k).lower() in PERSONAL else _clean(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [_clean(item) for item in value]
    return value


def without_values(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> Any:
    """Return the event with a traceback of places and classes only.

    An exception's text may quote what a person typed (a database error quotes whole rows), and
    `django.request` carries the request. Codes, classes and lines are what mends a fault.
    """
    info = event.pop("exc_info", None)
    if isinstance(info, BaseException):
        info = (type(info), info, info.__traceback__)
    if not isinstance(info, tuple) or info[0] is None:
        return event
    import traceback

    kind, error, trace = info
    event["error"] = f"{kind.__module__}.{kind.__qualname__}"
    code = getattr(error, "code", None)
    if isinstance(code, str):
        event["code"] = code
    event["where"] = [
        f"{frame.filename.rpartition('/src/')[2]}:{frame.lineno} {frame.name}"
        for frame in traceback.extract_tb(trace)[-12:]
    ]
    return event


def without_address(record: logging.LogRecord) -> bool:
    """Let a failed request's record pass, with its view in place of its address.

    A citizen's address has the tracking code in it, a search's what was looked for. Django puts
    both into its message.
    """
    match = getattr(getattr(record, "request", None), "resolver_match", None)
    record.msg, record.args = "request failed", ()
    record.view = match.view_name if match else ""
    return True


def configure(level: str) -> None:
    """Send every logger of this process to standard error as JSON lines."""
    import structlog

    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.ExtraAdder(allow=TOLD),
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
        without_values,
        drop_personal,
    ]
    logging.config.dictConfig(
        {
            "version": 1,
            "disable_existing_loggers": False,
            "formatters": {
                "json": {
                    "()": structlog.stdlib.ProcessorFormatter,
                    "foreign_pre_chain": shared,
                    "processors": [
                        structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                        structlog.processors.JSONRenderer(ensure_ascii=False),
                    ],
                }
            },
            "filters": {"without_address": {"()": lambda: without_address}},
            "handlers": {
                "stderr": {"class": "logging.StreamHandler", "formatter": "json"},
                "nowhere": {"class": "logging.NullHandler"},
            },
            "root": {"handlers": ["stderr"], "level": level},
            "loggers": {
                # The request line of a refused page tells codes and names in its address.
                "django.request": {"level": "ERROR", "filters": ["without_address"]},
                "django.security.DisallowedHost": {"handlers": ["nowhere"], "propagate": False},
                "django.db.backends": {"level": "WARNING"},
                "apprise": {"level": "CRITICAL"},
            },
        }
    )
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
