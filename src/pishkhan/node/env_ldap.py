"""Reads where the organisation's directory is; half a setting ends the start with one sentence."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

from pishkhan.web.accounts.ldap import NAME, Server

SETTINGS = (
    "PISHKHAN_LDAP_URL",
    "PISHKHAN_LDAP_BIND",
    "PISHKHAN_LDAP_SERVICE",
    "PISHKHAN_LDAP_SECRET",
    "PISHKHAN_LDAP_BASE",
    "PISHKHAN_LDAP_ATTRIBUTE",
    "PISHKHAN_LDAP_CA",
)


def read(env: Mapping[str, str]) -> Server | None:
    """Return the server that is set, None when none is; ImproperlyConfigured for half a one."""
    given = {name.rpartition("_")[2]: env.get(name, "").strip() for name in SETTINGS}
    if not given["URL"]:
        if any(given.values()):
            raise ImproperlyConfigured("PISHKHAN_LDAP_URL is missing: the others need it.")
        return None
    parts = urlsplit(given["URL"])
    if parts.scheme not in {"ldap", "ldaps"} or not parts.hostname or parts.path.strip("/"):
        raise ImproperlyConfigured(
            "PISHKHAN_LDAP_URL must be ldaps://host or ldap://host (which starts TLS by itself)."
        )
    looked_up = [given[word] for word in ("SERVICE", "SECRET", "BASE")]
    if bool(given["BIND"]) == any(looked_up) or (any(looked_up) and not all(looked_up)):
        raise ImproperlyConfigured(
            "Set either PISHKHAN_LDAP_BIND, or all of PISHKHAN_LDAP_SERVICE, PISHKHAN_LDAP_SECRET "
            "and PISHKHAN_LDAP_BASE."
        )
    if given["BIND"] and given["BIND"].count(NAME) != 1:
        raise ImproperlyConfigured("PISHKHAN_LDAP_BIND must hold {name} once.")
    if given["CA"] and not Path(given["CA"]).is_file():
        raise ImproperlyConfigured("PISHKHAN_LDAP_CA names no file.")
    tls = parts.scheme == "ldaps"
    try:
        port = parts.port or (636 if tls else 389)
    except ValueError:
        raise ImproperlyConfigured("PISHKHAN_LDAP_URL has no right port.") from None
    return Server(
        parts.hostname, port, tls, given["CA"], given["BIND"], given["SERVICE"], given["SECRET"],
        given["BASE"], given["ATTRIBUTE"] or "uid",
    )  # fmt: skip
