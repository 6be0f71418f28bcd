"""A second checker, from docs/protocol/journal.md alone; it shares no code with the product."""

import re
from base64 import b64encode
from datetime import UTC, datetime, timedelta
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from tests.journal.independent_entry import climb, need, opened, parsed, sha, unbase64, unhex

SLIPS = ["agency", "at", "code", "epoch", "fee", "pages"], ["agency", "at", "code", "text"]


def keys(vkeys, kind):
    """The keys of a policy, by name and key id (C2SP signed-note)."""
    found = {}
    for name, key_id, encoded in (vkey.split("+", 2) for vkey in vkeys):
        raw = unbase64(encoded)
        need(raw[0] == kind and key_id == sha(name.encode(), b"\n", raw)[:4].hex())
        found[name, bytes.fromhex(key_id)] = Ed25519PublicKey.from_public_bytes(raw[1:])
    return found


def check_note(note, policy):
    """The size and root of a log's checkpoint, and when each witness cosigned it, in order."""
    text, _, lines = note.rpartition("\n\n")
    origin, size, root = text.split("\n")
    need(re.fullmatch("0|[1-9][0-9]*", size) and not re.search("[\0-\x09\x0b-\x1f]", note))
    logs, witnesses = keys(policy["logs"], 1), keys(policy["witnesses"], 4)
    logged, times = False, dict[str, int]()
    for dash, name, encoded in (line.split(" ") for line in lines.split("\n")[:-1]):
        raw, who = unbase64(encoded), (name, unbase64(encoded)[:4])
        need(dash == "—" and len(raw) > 4)
        if name == origin and who in logs:
            logs[who].verify(raw[4:], f"{text}\n".encode())
            logged = True
        if who in witnesses:
            at = int.from_bytes(raw[4:12])
            witnesses[who].verify(raw[12:], f"cosignature/v1\ntime {at}\n{text}\n".encode())
            times[name] = min(at, times.get(name, at))
    need(logged and lines.endswith("\n"))
    return int(size), unbase64(root), sorted(times.values())


def check_proof(proof, policy):
    """Verdict, commitment, index, size, what is shown, and not before and not after."""
    head, _, note = proof.partition("\n\n")
    version, extra, place, *path = head.split("\n")
    need(version == "c2sp.org/tlog-proof@v1" and extra[:6] == "extra ")
    opening, index, quorum = parsed(unbase64(extra[6:])), int(place[6:]), policy["quorum"]
    after, first = opening.pop("after", None), None
    (commit, shown), (size, root, times) = opened(opening), check_note(note, policy)
    need(place == f"index {index}" and sorted(shown.get("slip", SLIPS[0])) in SLIPS)
    need(climb(index, size, b"\1" + commit, [unbase64(each) for each in path]) == root)
    if after is not None:
        before, anchor = opened(after["opening"])
        hashes = [unhex(each) for each in after["path"]]
        need(len(after) == 3 and after["index"] < index)
        need(climb(after["index"], size, b"\1" + before, hashes) == root)
        _, _, earlier = check_note(anchor["note"], policy)
        first = earlier[quorum - 1] if 0 < quorum <= len(earlier) else None
    claimed = shown.get("slip", shown).get("at")
    need(not (first and claimed) or datetime.fromisoformat(claimed).timestamp() >= first - 600)
    verdict = "witnessed" if len(times) >= quorum else "logged"
    return verdict, commit, index, size, shown, (first, min(times, default=None))


def check_qr(text, policy):
    """Of a path commitment, origin, index and size; of a promise commitment, slip and due."""
    digits = text.rpartition("#")[2]
    need(re.fullmatch("[1-9][0-9]{0,3999}", digits))
    raw = int(digits).to_bytes(len(digits)).lstrip(b"\0")
    need(raw[0] == 1)
    data, logs = raw[1:], keys(policy["logs"], 1)
    [(origin, key)] = [(name, logs[name, i]) for name, i in logs if i == data[1:5]]
    if data[0] == 2:
        need(len(data) % 32 == 113 % 32)
        index, size, commit = int.from_bytes(data[5:11]), int.from_bytes(data[11:17]), data[17:49]
        path = [data[i : i + 32] for i in range(113, len(data), 32)]
        root = b64encode(climb(index, size, b"\1" + commit, path)).decode()
        key.verify(data[49:113], f"{origin}\n{size}\n{root}\n".encode())
        return commit, origin, index, size
    end = {1: 104, 3: 98}[data[0]]
    need(end + 65 <= len(data) <= 300)
    key.verify(data[-64:], b"pishkhan/promise/v1\n" + data[:-64])
    at = datetime.fromtimestamp(int.from_bytes(data[45:50]), UTC)
    code, digest = f"{int.from_bytes(data[39:45]):013}", data[66:98].hex()
    slip: dict[str, str | int] = {"agency": str(UUID(bytes=data[50:66])), "code": code}
    slip["at"] = f"{at:%Y-%m-%dT%H:%M:%SZ}"
    if data[0] == 3:
        slip["text"] = digest
    else:
        slip["epoch"], slip["pages"] = {1: "rial", 2: "new_rial"}[data[103]], digest
        slip["fee"] = int.from_bytes(data[98:103])
    field = {"place": data[6], "name": "slip", "salt": data[7:39].hex(), "value": slip}
    proof = re.findall(".{1,64}", data[end + 1 : -64].hex())
    commit, _ = opened({"v": 1, "size": data[5], "shown": [field], "proof": proof})
    need(len(code) == 13)
    return commit, slip, at + timedelta(hours=data[end])
