"""Reads a node's settings from the environment, and from HOME/node.env what that leaves out.

A wrong value ends the start with one sentence.

Every name begins with ``PISHKHAN_`` (and ``PORT``); `docs/reference/settings.md` lists them.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

from pishkhan.node import env_file, env_ldap, env_oidc, practice
from pishkhan.web.accounts.ldap import Server
from pishkhan.web.accounts.oidc import Provider

STICKS = "/media:/run/media:/mnt:/Volumes"


class Role(StrEnum):
    """What a node is for. Every role installs the same tables; it chooses addresses and work."""

    ALL = "all"
    CENTRE = "centre"
    AGENCY = "agency"
    COUNTER = "counter"


# Anyone could have read these in a tutorial: a production node refuses them.
KNOWN_SECRETS = frozenset({"change-me", "changeme", "secret", "insecure", "demo", "test"})
MIN_SECRET = 32
SECRET = "secret"  # noqa: S105 - the name of a file
"""File under HOME/keys with the secret that `pishkhan node init` made."""
TRUE = frozenset({"1", "true", "yes", "on"})
FALSE = frozenset({"", "0", "false", "no", "off"})


@dataclass(frozen=True, slots=True)
class Environment:
    """One node's settings, checked."""

    home: Path
    demo: bool
    practice: bool  # a practice node runs beside this one: the desks lead to it
    practice_home: Path
    practice_key: str  # what this node and its practice node know alone
    practising: bool  # this is that practice node itself
    role: Role
    secret_key: str
    old_secrets: tuple[str, ...]  # former ones: they open what they locked, and lock nothing
    secret_kept: bool  # made by the node itself and kept under HOME
    hosts: tuple[str, ...]
    url: str  # the address people type, without a trailing slash
    port: int
    proxy_hops: int
    database: dict[str, Any]
    sms_url: str
    sms_url_second: str  # asked when the first one fails
    sms_inbound_secret: str  # what a provider that passes on SMS has to know; "" takes none in
    email_url: str
    upload_limit: int  # bytes a file may have
    sticks: tuple[Path, ...]  # folders below which sticks are plugged in
    unused_days: int  # days after which a file that no letter uses is collected
    ldap: Server | None  # the organisation's directory, where it holds passwords
    oidc: Provider | None  # the organisation's provider of OpenID Connect
    desk_port: int  # of the helper on the clerks' PCs
    log_level: str

    @property
    def https(self) -> bool:
        """True when people reach the node over TLS."""
        return self.url.startswith("https://")


def read(environ: Mapping[str, str] | None = None) -> Environment:
    """Return the checked settings; raise ImproperlyConfigured with the name and the remedy."""
    env = os.environ if environ is None else environ
    home = home_of(env)
    env = {**env_file.read(home / env_file.NAME), **env}
    demo = _flag(env, "PISHKHAN_DEMO")
    port = _number(env, "PORT", 8000, least=1, most=65535)
    secret, kept = _secret(env, home, demo=demo)
    key = env.get(practice.KEY, "")
    url = (env.get("PISHKHAN_URL") or f"http://localhost:{port}").rstrip("/")
    host = urlsplit(url).hostname
    if not url.startswith(("http://", "https://")) or not host:
        raise ImproperlyConfigured(
            "PISHKHAN_URL must be the whole address people type, such as https://letters.example.ir"
        )
    hosts = [h.strip() for h in env.get("PISHKHAN_HOSTS", "").split(",") if h.strip()]
    if "*" in hosts and not demo:
        raise ImproperlyConfigured(
            "PISHKHAN_HOSTS may not be * outside a demonstration: name the hosts, with commas."
        )
    level = (env.get("PISHKHAN_LOG_LEVEL") or "INFO").upper()
    if level not in {"DEBUG", "INFO", "WARNING", "ERROR"}:
        raise ImproperlyConfigured("PISHKHAN_LOG_LEVEL must be debug, info, warning or error.")
    return Environment(
        home=home,
        demo=demo,
        practice=_flag(env, "PISHKHAN_PRACTICE") and not key,
        practice_home=_practice_home(env, home),
        practice_key=key or practice.key_of(secret),
        practising=bool(key),
        role=_role(env),
        secret_key=secret,
        old_secrets=tuple(env.get("PISHKHAN_SECRET_KEY_OLD", "").split()),
        secret_kept=kept,
        hosts=tuple(dict.fromkeys([*hosts, host, "localhost", "127.0.0.1", "[::1]"])),
        url=url,
        port=port,
        proxy_hops=_number(env, "PISHKHAN_PROXY_HOPS", 0, least=0, most=9),
        database=database(env, home),
        **_sms(env),
        email_url=env.get("PISHKHAN_EMAIL_URL", ""),
        upload_limit=_number(env, "PISHKHAN_UPLOAD_LIMIT_MB", 64, least=1, most=4096) * 2**20,
        sticks=tuple(map(Path, (env.get("PISHKHAN_STICKS") or STICKS).split(":"))),
        unused_days=_number(env, "PISHKHAN_UNUSED_FILES_DAYS", 7, least=1, most=3650),
        ldap=env_ldap.read(env),
        oidc=None if key else env_oidc.read(env),
        desk_port=_number(env, "PISHKHAN_DESK_PORT", 47311, least=1024, most=65535),
        log_level=level,
    )


def home_of(env: Mapping[str, str]) -> Path:
    """Return the folder where all state of the node lies."""
    return Path(env.get("PISHKHAN_HOME") or Path.home() / ".pishkhan").expanduser().absolute()


def _practice_home(env: Mapping[str, str], home: Path) -> Path:
    given = env.get("PISHKHAN_PRACTICE_HOME") or home.with_name(f"{home.name}-practice")
    found = Path(given).expanduser().absolute()
    if found == home or home in found.parents or found in home.parents:
        raise ImproperlyConfigured(
            "PISHKHAN_PRACTICE_HOME must lie beside PISHKHAN_HOME, not within it or around it."
        )
    return found


def _sms(env: Mapping[str, str]) -> dict[str, str]:
    first, second = env.get("PISHKHAN_SMS_URL", ""), env.get("PISHKHAN_SMS_URL_SECOND", "")
    if second and not first:
        raise ImproperlyConfigured(
            "PISHKHAN_SMS_URL_SECOND is for a second provider: set PISHKHAN_SMS_URL first."
        )
    secret = env.get("PISHKHAN_SMS_INBOUND_SECRET", "").strip()
    if secret and len(secret) < MIN_SECRET:
        raise ImproperlyConfigured(
            f"PISHKHAN_SMS_INBOUND_SECRET needs at least {MIN_SECRET} characters."
        )
    return {"sms_url": first, "sms_url_second": second, "sms_inbound_secret": secret}


def _flag(env: Mapping[str, str], name: str) -> bool:
    value = env.get(name, "").strip().lower()
    if value in TRUE:
        return True
    if value in FALSE:
        return False
    raise ImproperlyConfigured(f"{name} must be 1 or 0.")


def _number(env: Mapping[str, str], name: str, default: int, *, least: int, most: int) -> int:
    value = env.get(name, "").strip()
    if not value:
        return default
    if not value.isascii() or not value.isdigit() or not least <= int(value) <= most:
        raise ImproperlyConfigured(f"{name} must be a number from {least} to {most}.")
    return int(value)


def _role(env: Mapping[str, str]) -> Role:
    value = env.get("PISHKHAN_ROLE") or Role.ALL
    try:
        return Role(value)
    except ValueError:
        names = ", ".join(Role)
        raise ImproperlyConfigured(f"PISHKHAN_ROLE must be one of: {names}.") from None


def _secret(env: Mapping[str, str], home: Path, *, demo: bool) -> tuple[str, bool]:
    given = env.get("PISHKHAN_SECRET_KEY", "")
    if not given and demo:
        return kept_secret(home / "keys" / "demo-secret"), True
    if not given and (home / "keys" / SECRET).exists():
        return env_file.private(home / "keys" / SECRET).strip(), True
    if not given:
        raise ImproperlyConfigured(
            "PISHKHAN_SECRET_KEY is not set. Make one with: "
            "python3 -c 'import secrets; print(secrets.token_urlsafe(48))' "
            "(or set PISHKHAN_DEMO=1 for a demonstration)."
        )
    if not demo and (given.lower() in KNOWN_SECRETS or len(given) < MIN_SECRET):
        raise ImproperlyConfigured(
            f"PISHKHAN_SECRET_KEY is a well-known or short secret (less than {MIN_SECRET} "
            "characters): a node with real letters refuses it."
        )
    return given, False


def kept_secret(path: Path) -> str:
    """Return the secret kept at `path`, made once (mode 0600, synced) when it is not there yet."""
    path.parent.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.parent.mkdir(mode=0o700, exist_ok=True)
    try:
        fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text(encoding="ascii")
    with os.fdopen(fd, "w", encoding="ascii") as file:
        secret = secrets.token_urlsafe(48)
        file.write(secret)
        file.flush()
        os.fsync(file.fileno())
    return secret


def database(env: Mapping[str, str], home: Path) -> dict[str, Any]:
    """Return Django's DATABASES["default"] for PISHKHAN_DATABASE_URL (default: SQLite in HOME)."""
    url = env.get("PISHKHAN_DATABASE_URL", "")
    if not url:
        return _sqlite(str(home / "pishkhan.sqlite3"), home)
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        return _sqlite(unquote(parts.path).removeprefix("/"), home)
    if parts.scheme not in {"postgresql", "postgres"}:
        raise ImproperlyConfigured(
            "PISHKHAN_DATABASE_URL must begin with postgresql:// or sqlite:/// "
            "(or be empty, for the embedded database under PISHKHAN_HOME)."
        )
    name = unquote(parts.path).strip("/")
    if not name:
        raise ImproperlyConfigured(
            "PISHKHAN_DATABASE_URL names no database: postgresql://user:password@host/database"
        )
    threads = _number(env, "PISHKHAN_DATABASE_POOL", 12, least=1, most=500)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": name,
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 0,
        "OPTIONS": {
            # The server keeps the plans of statements that come again and again; both are needed.
            "server_side_binding": True,
            "prepare_threshold": 5,
            **dict(parse_qsl(parts.query)),
            "pool": {"min_size": 1, "max_size": threads, "timeout": 20},
        },
    }


def _sqlite(path: str, home: Path) -> dict[str, Any]:
    return {
        "ENGINE": "pishkhan.kernel.backends.sqlite3",
        "NAME": path,
        "CONN_MAX_AGE": None,  # opening costs more than a short query; each thread keeps its own
        "OPTIONS": {
            "timeout": 20,
            "transaction_mode": "IMMEDIATE",
            "init_command": (
                "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;PRAGMA temp_store=MEMORY;"
                "PRAGMA cache_size=-16384;PRAGMA mmap_size=67108864"
            ),
        },
        # A file, as in life: an in-memory database locks by other rules.
        "TEST": {"NAME": str(home / "test.sqlite3")},
    }
