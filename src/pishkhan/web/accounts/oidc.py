"""Asks the organisation's provider of OpenID Connect who somebody is.

Authorization code with PKCE (RFC 7636, S256), state and nonce; the ID token comes from the token
endpoint over checked TLS, and is checked all the same: signature by the provider's own keys and
an algorithm of a short list, issuer, audience, time and nonce (OpenID Connect Core, 3.1.3.7).
Nothing here opens a login. The libraries are loaded when they are first needed: every start of the
node and of its commands reads this file.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import logging
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode, urlsplit

from pishkhan.kernel import clock
from pishkhan.kernel.hosts import loopback

if TYPE_CHECKING:
    from joserfc.jwk import KeySet

log = logging.getLogger(__name__)

PATIENCE = (3.0, 5.0)  # seconds for the line to open, and between two pieces of an answer
LONGEST = 1 << 20  # bytes of one answer
FRESH, REST = 3600.0, 10.0
"""Seconds for which what the provider said of itself is believed, and a silent one left alone."""
LEEWAY = 60  # seconds that two clocks may differ
LONGEST_CLAIM = 255
WELL_KNOWN = "/.well-known/openid-configuration"


class Silent(Exception):
    """The provider does not answer, or not as one."""


class Wrong(Exception):
    """What came is not to be trusted; the text is a word for the log, never what was sent."""


@dataclass(frozen=True, slots=True)
class Provider:
    """Where the provider is, as whom the node asks there, and what it takes from the answer."""

    issuer: str
    client: str
    secret: str  # "" for a public client
    claim: str  # by which an account is found at its first use
    scopes: str
    factors: frozenset[str]  # values of amr or acr that count as a second factor
    algorithms: tuple[str, ...]
    authority: str


@dataclass(frozen=True, slots=True)
class Document:
    """What a provider says of itself (OpenID Connect Discovery)."""

    authorization: str
    token: str
    keys: str
    end: str  # where one is logged out there; "" where it offers none
    by_body: bool  # the client's secret goes into the body


@dataclass(frozen=True, slots=True)
class Person:
    """Who it is: `name` is the claim by which the account is first found, "" without it."""

    subject: str
    name: str
    strong: bool  # a second factor was shown there, of those that are accepted


class _Kept:
    """What was read of each provider, and when; for all threads of this process."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.found: dict[tuple[str, str], tuple[float, Any]] = {}

    def get(self, what: tuple[str, str]) -> Any:
        with self.lock:
            at, kept = self.found.get(what, (0.0, None))
        limit = REST if isinstance(kept, str) else FRESH
        return kept if kept is not None and time.monotonic() - at < limit else None

    def put(self, what: tuple[str, str], kept: Any) -> None:
        with self.lock:
            self.found[what] = (time.monotonic(), kept)

    def forget(self) -> None:
        with self.lock:
            self.found.clear()


_kept = _Kept()
forget = _kept.forget


def document(provider: Provider) -> Document:
    """Return what the provider says of itself; kept for an hour. Raise Silent."""
    key = ("document", provider.issuer)
    found = _kept.get(key)
    if isinstance(found, str):
        raise Silent(found)
    if found is None:
        try:
            found = _document(provider)
        except Silent as silent:
            _kept.put(key, str(silent))
            raise
        _kept.put(key, found)
    known: Document = found
    return known


def _document(provider: Provider) -> Document:
    told = _get(provider, provider.issuer.rstrip("/") + WELL_KNOWN)
    if told.get("issuer") != provider.issuer:
        raise Silent("it calls itself by another name than PISHKHAN_OIDC_ISSUER")
    methods = told.get("code_challenge_methods_supported", ["S256"])
    if "S256" not in methods:
        raise Silent("it does not know PKCE with S256")
    signs = told.get("id_token_signing_alg_values_supported", list(provider.algorithms))
    if not set(signs) & set(provider.algorithms):
        raise Silent("it signs by none of PISHKHAN_OIDC_ALGORITHMS")
    ways = told.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
    return Document(
        authorization=_endpoint(told, "authorization_endpoint"),
        token=_endpoint(told, "token_endpoint"),
        keys=_endpoint(told, "jwks_uri"),
        end=_endpoint(told, "end_session_endpoint", required=False),
        by_body="client_secret_basic" not in ways,
    )


def _endpoint(told: dict[str, Any], name: str, *, required: bool = True) -> str:
    given = told.get(name, "")
    if not given and not required:
        return ""
    if not isinstance(given, str) or not safe(given):
        raise Silent(f"its {name} is no https address")
    return given


def safe(address: str) -> bool:
    """Return whether an address may be asked: https, or this machine itself."""
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
    except ValueError:
        return False
    return bool(host) and (parts.scheme == "https" or (parts.scheme == "http" and loopback(host)))


def address(provider: Provider, *, back: str, state: str, nonce: str, verifier: str) -> str:
    """Return where a person is sent to say who he is. Raise Silent."""
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest())
    asked = {
        "response_type": "code",
        "client_id": provider.client,
        "redirect_uri": back,
        "scope": provider.scopes,
        "state": state,
        "nonce": nonce,
        "code_challenge": challenge.rstrip(b"=").decode(),
        "code_challenge_method": "S256",
    }
    there = document(provider).authorization
    return f"{there}{'&' if '?' in there else '?'}{urlencode(asked)}"


def redeem(provider: Provider, *, code: str, back: str, verifier: str, nonce: str) -> Person:
    """Return who it is that came back with this code. Raise Silent, Wrong."""
    there = document(provider)
    sent = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": back,
        "code_verifier": verifier,
    }
    auth = None
    if provider.secret and not there.by_body:
        auth = (quote(provider.client, safe=""), quote(provider.secret, safe=""))
    else:
        sent |= {"client_id": provider.client}
        sent |= {"client_secret": provider.secret} if provider.secret else {}
    answer = _ask(provider, "POST", there.token, data=sent, auth=auth)
    token = answer.get("id_token")
    if not isinstance(token, str):
        raise Wrong("no-token")
    return _person(provider, claims(provider, token, nonce))


def claims(provider: Provider, token: str, nonce: str) -> dict[str, Any]:
    """Return what an ID token says, once all of it is checked. Raise Silent, Wrong."""
    try:
        found = _decoded(provider, token, keys(provider))
    except Wrong:  # the provider may have changed its keys since they were read
        found = _decoded(provider, token, keys(provider, anew=True))
    now = clock.current().now().timestamp()
    audience = found.get("aud")
    audience = audience if isinstance(audience, list) else [audience]
    expires, not_before = found.get("exp"), found.get("nbf", 0)
    subject = found.get("sub")
    for wrong, really in (
        ("issuer", found.get("iss") == provider.issuer),
        ("audience", provider.client in audience),
        ("party", found.get("azp", provider.client) == provider.client),
        ("party", len(audience) == 1 or found.get("azp") == provider.client),
        ("expired", isinstance(expires, int | float) and expires > now - LEEWAY),
        ("early", isinstance(not_before, int | float) and not_before < now + LEEWAY),
        ("nonce", hmac.compare_digest(str(found.get("nonce", "")).encode(), nonce.encode())),
        ("subject", isinstance(subject, str) and 0 < len(subject) <= LONGEST_CLAIM),
    ):
        if not really:
            raise Wrong(wrong)
    return found


def _decoded(provider: Provider, token: str, known: KeySet) -> dict[str, Any]:
    from joserfc import jwt
    from joserfc.errors import JoseError

    try:
        found = jwt.decode(token, known, algorithms=list(provider.algorithms))
    except (JoseError, ValueError, TypeError, KeyError) as error:
        raise Wrong("signature") from error
    return dict(found.claims)


def keys(provider: Provider, *, anew: bool = False) -> KeySet:
    """Return the provider's keys; kept for an hour, or read anew. Raise Silent."""
    from joserfc.errors import JoseError
    from joserfc.jwk import KeySet

    key = ("keys", provider.issuer)
    found = None if anew else _kept.get(key)
    if found is None:
        told = _get(provider, document(provider).keys)
        try:
            found = KeySet.import_key_set({"keys": [
                each for each in told.get("keys", [])
                if each.get("kty") in {"RSA", "EC", "OKP"} and each.get("use", "sig") == "sig"
            ]})  # fmt: skip
        except (JoseError, ValueError, TypeError, KeyError, AttributeError) as error:
            raise Silent("its keys cannot be read") from error
        _kept.put(key, found)
    known: KeySet = found
    return known


def _person(provider: Provider, found: dict[str, Any]) -> Person:
    name = found.get(provider.claim)
    if provider.claim == "email" and found.get("email_verified") is not True:
        name = ""
    told = found.get("amr")
    shown = [*(told if isinstance(told, list) else []), found.get("acr")]
    return Person(
        subject=found["sub"],
        name=name.strip() if isinstance(name, str) and len(name) <= LONGEST_CLAIM else "",
        strong=any(isinstance(each, str) and each in provider.factors for each in shown),
    )


def end(provider: Provider, back: str) -> str:
    """Return where a person is logged out of the provider too; "" where it offers no such place.

    Without the token as a hint: names belong into no address. The provider asks the person.
    """
    there = document(provider).end
    if not there:
        return ""
    asked = urlencode({"client_id": provider.client, "post_logout_redirect_uri": back})
    return f"{there}{'&' if '?' in there else '?'}{asked}"


def reach(provider: Provider) -> None:
    """Raise Silent unless the provider answers, says who it is, and has keys; asked anew."""
    _kept.put(("document", provider.issuer), _document(provider))
    if not keys(provider, anew=True).keys:
        raise Silent("it has no key that signs")


def _get(provider: Provider, address: str) -> dict[str, Any]:
    return _ask(provider, "GET", address)


def _ask(provider: Provider, method: str, address: str, **more: Any) -> dict[str, Any]:
    """Return the JSON object of an answer. No redirect is followed, no proxy of others taken."""
    import requests

    with requests.Session() as line:
        line.trust_env = False
        line.headers["Accept"] = "application/json"
        try:
            with line.request(
                method, address, timeout=PATIENCE, allow_redirects=False, stream=True,
                verify=provider.authority or True, **more,
            ) as answer:  # fmt: skip
                body = answer.raw.read(LONGEST + 1, decode_content=True)
                status = answer.status_code
        except (requests.RequestException, OSError, ValueError) as error:
            raise Silent(type(error).__name__) from error
        except Exception as error:  # urllib3's own, when a line breaks in the midst of an answer
            if type(error).__module__.startswith("urllib3"):
                raise Silent(type(error).__name__) from error
            raise
    return _read(status, body, method)


def _read(status: int, body: bytes, method: str) -> dict[str, Any]:
    if len(body) > LONGEST:
        raise Silent("its answer is too long")
    try:
        told = json.loads(body)
    except ValueError:
        told = None
    if status >= 400 and method == "POST" and isinstance(told, dict) and status < 500:
        known = {"invalid_grant", "invalid_client", "invalid_request", "unauthorized_client"}
        error = told.get("error")
        raise Wrong(error if isinstance(error, str) and error in known else "refused")
    if status != 200 or not isinstance(told, dict):
        raise Silent(f"it answered {status}")
    return told
