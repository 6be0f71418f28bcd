"""The files of a bundle of evidence, made in one order, with the list of them and its signature."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from importlib import resources
from string import Template
from typing import Any

from pishkhan.journal import api as journal
from pishkhan.journal.commitment import HEADER, time_text
from pishkhan.kernel.clock import TEHRAN
from pishkhan.kernel.errors import N_, NotFound, Unavailable
from pishkhan.letters.contracts import Page
from pishkhan.letters.contracts.audit import EvidenceOrder
from pishkhan.letters.logic.evidence_letter import letter_of, page_names, pages_held
from pishkhan.letters.logic.pages import store
from pishkhan.letters.models import Arrival, Submission
from pishkhan.sealing import api as sealing
from pishkhan.sealing import papers

SUMS, SIGNATURE = "SHA256SUMS", "SHA256SUMS.sig"
SIGNED_AS = "evidence"
"""The kind under which the relay key signs the list: `pishkhan/evidence/v1`."""
ACCEPTED = "letter.accepted"

_SPKI = bytes.fromhex("302a300506032b6570032100")
"""What stands before an Ed25519 key in a SubjectPublicKeyInfo (RFC 8410, section 4)."""
_IDENTITY = {
    "en": ("not in this bundle.", "in letter.json, by an order of their own."),
    "fa": ("در این بسته نیست.", "در letter.json، به دستوری جداگانه."),
}


@dataclass(slots=True)
class Bundle:
    """Small files by name in their order, and pages as (name, page): those are not held here."""

    files: dict[str, bytes] = field(default_factory=dict)
    pages: list[tuple[str, Page]] = field(default_factory=list)
    entries: int = 0
    waiting: int = 0
    sums: str = ""

    def parts(self) -> Iterator[tuple[str, Iterator[bytes], bool]]:
        """Yield every file as `kernel.zips.streamed` takes it; pages are packed already."""
        for name, data in self.files.items():
            yield name, iter((data,)), True
        for name, page in self.pages:
            yield name, store().iter_chunks(page.digest), False


def make_bundle(
    order: EvidenceOrder,
    held: tuple[Submission | None, list[Arrival]],
    *,
    at: datetime,
    verify_page: bytes,
) -> Bundle:
    """Return the bundle of a letter, with every page's file read and compared with its digest.

    Raises Unavailable, permanent, `letters.evidence-page` for a file that is damaged or gone.
    """
    made = Bundle()
    pages = pages_held(*held)
    names = page_names(pages)
    made.pages = [(names[page.digest], _whole(page)) for page in pages]
    letter = {
        "v": 1,
        "letter": str(order.letter_id),
        "node": str(journal.node_id()),
        "made_at": time_text(at),
        "reason": order.reason,
        "identity": order.identity,
        "files": names,
        **letter_of(*held, identity=order.identity),
    }
    _add_entries(made, order)
    key = sealing.signing_key()
    _add_keys(made, at, key)
    made.files["letter.json"] = _json(letter)
    made.files["verify.html"] = verify_page
    for language in ("fa", "en"):
        made.files[f"README.{language}.txt"] = _readme(made, letter, held[0], language)
    made.files = {name: made.files[name] for name in sorted(made.files)}
    lines = [(sha256(data).hexdigest(), name) for name, data in made.files.items()]
    lines += [(page.digest, name) for name, page in made.pages]
    listed = "".join(f"{digest}  {name}\n" for digest, name in lines).encode()
    made.files[SUMS] = listed
    made.files[SIGNATURE] = key.sign(SIGNED_AS, listed)
    made.sums = sha256(listed).hexdigest()
    return made


def _whole(page: Page) -> Page:
    try:
        sound = store().verify(page.digest)
    except NotFound:
        sound = False
    if not sound:
        words = N_("A page's file is damaged or gone: run `pishkhan fsck` and see to it first.")
        raise Unavailable("letters.evidence-page", words, permanent=True)
    return page


def _add_entries(made: Bundle, order: EvidenceOrder) -> None:
    """Add every entry in plain, and the proof of each that shows all its fields."""
    told = []
    for place, entry in enumerate(journal.entries_of(order.letter_id), 1):
        name = f"proofs/{place:03}-{entry.kind}.tlog-proof"
        try:
            made.files[name] = journal.proof(entry.id, [*HEADER, *entry.fields])
        except Unavailable:  # it waits for its place
            name, made.waiting = "", made.waiting + 1
        told.append(
            {
                "id": str(entry.id),
                "node": str(entry.node),
                "kind": entry.kind,
                "subject": str(entry.subject),
                "at": time_text(entry.at),
                "actor": entry.actor,
                "fields": dict(entry.fields),
                "erased": list(entry.erased),
                "commit": entry.commit.hex(),
                "proof": name or None,
            }
        )
    made.entries = len(told)
    made.files["entries.json"] = _json(told)


def _add_keys(made: Bundle, at: datetime, relay: sealing.SigningKey) -> None:
    """Add the published checkpoint, the policy for all logs of proofs here, and the keys."""
    try:
        made.files["checkpoint"] = journal.checkpoint()
    except NotFound:
        made.files["checkpoint"] = b""
    used = {_origin(data) for name, data in made.files.items() if name.startswith("proofs/")}
    keys = journal.log_keys(papers.log_keys)
    logs = [key for key in keys if key.name == keys[0].name or key.name in used]
    policy = made.files["policy"] = journal.own_policy(logs, at.astimezone(TEHRAN).date())
    pem = b64encode(_SPKI + relay.public_key).decode()
    made.files["relay-key.pem"] = (
        f"-----BEGIN PUBLIC KEY-----\n{pem}\n-----END PUBLIC KEY-----\n".encode()
    )
    lines = ["# The node's logs and their witnesses (C2SP vkeys)"]
    rows = policy.decode("utf-8", "replace").splitlines()
    lines += [row for row in rows if row.startswith(("log ", "witness "))]
    lines += [
        f"# {b64encode(key).decode()} counts only for what was cosigned before {time_text(over)}"
        for epoch in range(1, journal.head().epoch + 1)
        for key, over in papers.log_keys(epoch).items()
        if over is not None
    ]
    lines += [
        "# The relay key of the node, which signed SHA256SUMS (Ed25519, RFC 8032)",
        f"relay {journal.node_id()} {relay.key_id} {relay.public_key.hex()}",
    ]
    made.files["keys.txt"] = ("\n".join(lines) + "\n").encode()


def _origin(proof: bytes) -> str:
    """Return the log that a proof of ours is of: the first line of its checkpoint."""
    return proof.partition(b"\n\n")[2].partition(b"\n")[0].decode()


def _readme(
    made: Bundle, letter: Mapping[str, Any], submission: Submission | None, language: str
) -> bytes:
    file = resources.files("pishkhan.letters").joinpath(f"data/evidence/README.{language}.txt")
    proofs = [name for name in made.files if name.startswith("proofs/")]
    accepted = next((name for name in proofs if name.endswith(f"-{ACCEPTED}.tlog-proof")), "")
    first = [
        letter["files"][page["sha256"]]
        for page in (letter["held"][0]["pages"] if submission is not None else ())
        if page["round"] == 0
    ]
    command = "—"
    if accepted and first:
        command = f"pishkhan-verify --policy policy {accepted} --pages {' '.join(first)}"
    told = Template(file.read_text("utf-8")).substitute(
        code=letter["held"][0]["tracking_code"] or "—",
        letter=letter["letter"],
        made_at=letter["made_at"],
        node=letter["node"],
        entries=made.entries,
        waiting=made.waiting,
        identity=_IDENTITY[language][letter["identity"]],
        example=accepted or next(iter(proofs), "proofs/…"),
        pages_command=command,
    )
    return told.encode()


def _json(value: object) -> bytes:
    text = json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True)
    return (text + "\n").encode("utf-8", "replace")
