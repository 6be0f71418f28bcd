"""Reads where the organisation's provider of OpenID Connect is; half a setting ends the start."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

from pishkhan.web.accounts.oidc import Provider, safe

SETTINGS = (
    "PISHKHAN_OIDC_ISSUER",
    "PISHKHAN_OIDC_CLIENT",
    "PISHKHAN_OIDC_SECRET",
    "PISHKHAN_OIDC_CLAIM",
    "PISHKHAN_OIDC_SCOPES",
    "PISHKHAN_OIDC_FACTORS",
    "PISHKHAN_OIDC_ALGORITHMS",
    "PISHKHAN_OIDC_CA",
)
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "EdDSA")
DEFAULT = "RS256 PS256 ES256"
_CLAIM = re.compile(r"[A-Za-z][A-Za-z0-9_:/.-]{0,99}")


def read(env: Mapping[str, str]) -> Provider | None:
    """Return the provider that is set, None when none is; ImproperlyConfigured for half a one."""
    given = {name.rpartition("_")[2]: env.get(name, "").strip() for name in SETTINGS}
    if not given["ISSUER"]:
        if any(given.values()):
            raise ImproperlyConfigured("PISHKHAN_OIDC_ISSUER is missing: the others need it.")
        return None
    if not safe(given["ISSUER"]) or "?" in given["ISSUER"] or "#" in given["ISSUER"]:
        raise ImproperlyConfigured(
            "PISHKHAN_OIDC_ISSUER must be the provider's https address, as it calls itself."
        )
    if not given["CLIENT"]:
        raise ImproperlyConfigured("PISHKHAN_OIDC_CLIENT is missing: the name of this node there.")
    claim = given["CLAIM"] or "sub"
    if _CLAIM.fullmatch(claim) is None:
        raise ImproperlyConfigured("PISHKHAN_OIDC_CLAIM is no name of a claim.")
    algorithms = tuple((given["ALGORITHMS"] or DEFAULT).split())
    if not set(algorithms) <= set(ALGORITHMS):
        raise ImproperlyConfigured(
            f"PISHKHAN_OIDC_ALGORITHMS may hold these, with spaces: {' '.join(ALGORITHMS)}."
        )
    scopes = (given["SCOPES"] or "openid profile").split()
    if "openid" not in scopes:
        raise ImproperlyConfigured("PISHKHAN_OIDC_SCOPES must hold openid.")
    if given["CA"] and not Path(given["CA"]).is_file():
        raise ImproperlyConfigured("PISHKHAN_OIDC_CA names no file.")
    return Provider(
        issuer=given["ISSUER"],
        client=given["CLIENT"],
        secret=given["SECRET"],
        claim=claim,
        scopes=" ".join(scopes),
        factors=frozenset(given["FACTORS"].split()),
        algorithms=algorithms,
        authority=given["CA"],
    )
