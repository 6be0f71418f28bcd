"""Host names and addresses: which are this machine, which a certificate covers."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable


def loopback(host: str) -> bool:
    """Return whether a host name or address is this machine alone."""
    if host in {"localhost", ""} or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def covers(names: Iterable[str], host: str) -> bool:
    """Return whether one of a certificate's names is the host (RFC 6125: a star is one label)."""
    rest = host.partition(".")[2]
    return any(name == host or (name.startswith("*.") and name[2:] == rest) for name in names)
