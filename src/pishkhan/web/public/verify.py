"""The page that checks a receipt in the reader's browser (docs/howto/verify.md).

One document with its script and style inside, so that it works saved and without a network. They
are allowed by their hashes, in the header and in the document itself: a saved copy has no header.
The page asks nothing of a server, and what it is given stands behind `#`, which no browser sends.
"""

from __future__ import annotations

from base64 import b64encode
from functools import cache
from hashlib import sha256
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.template.loader import render_to_string
from django.utils.cache import patch_vary_headers
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.http import require_safe

from pishkhan.journal import api as journal
from pishkhan.kernel import clock
from pishkhan.kernel.errors import Unavailable
from pishkhan.sealing import papers

FILE = "pishkhan-verify.html"
AN_HOUR = "public, max-age=3600"
BUILT = ("verify.js", "verify.css")
CLOSERS = ("</script", "<!--", "</style")


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """Give the page; with `?save` the same bytes as a file to keep."""
    body = _document().encode()
    tag = f'"{sha256(body).hexdigest()[:32]}"'
    saved = "save" in request.GET
    if not saved and request.headers.get("If-None-Match") == tag:
        answer: HttpResponse = HttpResponseNotModified()
    else:
        answer = HttpResponse(body)
    if saved:
        answer["Content-Disposition"] = f'attachment; filename="{FILE}"'
    answer["ETag"] = tag
    answer["Cache-Control"] = AN_HOUR
    answer["Content-Security-Policy"] = f"{_policy()}; frame-ancestors 'none'"
    patch_vary_headers(answer, ["Cookie"])  # its first language
    return answer


def saved() -> bytes:
    """Return the page as it is kept in a file: it works wholly by itself."""
    return _document().encode()


def _document() -> str:
    return render_to_string(
        "public/verify.html",
        {
            "meta_csp": _policy(),
            "style": _element("style", "verify.css"),
            "script": _element("script", "verify.js"),
            "own": {"policy": _own_policy()},
            "mark": _mark(),
        },
    )


def _mark() -> str:
    """Return the page's word for what bears a mark everywhere; "" on a real node."""
    if settings.PRACTISING:
        return "mark-practice"
    return "mark-demo" if settings.DEMO else ""


def _own_policy() -> str:
    """Return a policy that trusts this node's logs alone (C2SP tlog-policy); "" without a log.

    With former keys and former logs, for what was printed before; without keys that are revoked.
    """
    try:
        # Under `quorum none` nothing counts that a revoked key signed: docs/protocol/keys.md.
        lines = [f"log {key}\n" for key in journal.log_keys(_counting)]
    except Unavailable:
        return ""
    if not lines:
        return ""
    today = clock.current().now().astimezone(clock.TEHRAN).date()
    return "".join([f"# date: {today}\n", *lines, "quorum none\n"])


def _counting(epoch: int) -> list[bytes]:
    return [key for key, over in papers.log_keys(epoch).items() if over is None]


@cache
def _text(name: str) -> str:
    """Return a built file as it may stand inside an element."""
    text = Path(str(finders.find(f"pishkhan/{name}"))).read_text("utf-8")
    if any(each in text.lower() for each in CLOSERS):
        raise ValueError(f"{name} would end the element that it stands in")
    return text


def _element(kind: str, name: str) -> SafeString:
    # Built from this project's sources, and nobody's words are in it.
    return mark_safe(f"<{kind}>{_text(name)}</{kind}>")  # noqa: S308 - a built file of ours


@cache
def _policy() -> str:
    """Return the content policy of the document itself; `frame-ancestors` works in headers only."""
    hashes = {name: b64encode(sha256(_text(name).encode()).digest()).decode() for name in BUILT}
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src 'sha256-{hashes['verify.js']}'",
            f"style-src 'sha256-{hashes['verify.css']}'",
            "img-src data:",
            "connect-src 'none'",
            "form-action 'none'",
            "base-uri 'none'",
        )
    )
