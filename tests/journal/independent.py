"""A second checker of promises, paths and proofs, so that the first is not alone in its reading.

Written from docs/protocol/journal.md and journal-entry.md, and the C2SP pages they name, only. It
shares no code with the product: the standard library and Ed25519.
"""

import base64
import hashlib
import json
import re
from datetime import UTC, datetime, timedelta
from uuid import UUID

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey


class Refused(Exception):
    """What was checked does not hold."""


def need(held, said):
    if not held:
        raise Refused(said)


def sha(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def unbase64(text):
    raw = base64.b64decode(text, validate=True)
    need(base64.b64encode(raw).decode() == text, "Base64")
    return raw


def canonical(value):
    """RFC 8785 for values without fractions and names in ASCII, as entries have them."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def keys(vkeys, kind):
    found = {}
    for vkey in vkeys:
        name, told, raw = vkey.split("+", 2)
        key_id = sha(name.encode(), b"\n", unbase64(raw))[:4]
        need(told == key_id.hex() and unbase64(raw)[0] == kind, "vkey")
        found[name, key_id] = Ed25519PublicKey.from_public_bytes(unbase64(raw)[1:])
    return found


def verify(key, signature, message):
    try:
        key.verify(signature, message)
    except InvalidSignature:
        raise Refused("signature") from None


def split(size):
    return 1 << (size - 1).bit_length() - 1


def walk(shown, hidden, start, end):
    """The root over an opening's tree; `hidden` is emptied from the left."""
    if not any(start <= place < end for place in shown):
        return hidden.pop(0)
    if end - start == 1:
        return sha(b"\0", shown[start])
    middle = start + split(end - start)
    left = walk(shown, hidden, start, middle)
    return sha(b"\1", left, walk(shown, hidden, middle, end))


def commitment(size, fields, hidden):
    """The commitment of shown fields (place, name, salt, value) and the hashes of the others."""
    shown, last = {}, (-1, "")
    for place, name, salt, value in fields:
        need(last[0] < place < size and last[1] < name and len(salt) == 32, "order, or salt")
        need(re.fullmatch("[a-z][a-z0-9_]{0,62}", name), "name")
        shown[place], last = sha(salt, name.encode(), b"\0", canonical(value)), (place, name)
    need(shown and all(len(each) == 32 for each in hidden), "nothing shown, or a bad hash")
    hidden = list(hidden)
    root = walk(shown, hidden, 0, size)
    need(not hidden, "hashes left over")
    return root


def depth(place, size):
    if size == 1:
        return 0
    k = split(size)
    return 1 + (depth(place, k) if place < k else depth(place - k, size - k))


def root_of_path(index, size, commit, path):
    need(0 <= index < size and len(path) == depth(index, size), "path")
    if size == 1:
        return sha(b"\0", b"\1", commit)
    k, (*below, top) = split(size), path
    if index < k:
        return sha(b"\1", root_of_path(index, k, commit, below), top)
    return sha(b"\1", top, root_of_path(index - k, size - k, commit, below))


def checked_note(note, policy):
    """Size, root and verdict of a signed checkpoint."""
    text, _, signatures = note.rpartition("\n\n")
    text += "\n"
    need(not re.search("[\0-\x09\x0b-\x1f]", note) and signatures.endswith("\n"), "note")
    origin, size, root, nothing = text.split("\n")
    need(nothing == "" and re.fullmatch("0|[1-9][0-9]*", size), "checkpoint")
    need(len(unbase64(root)) == 32, "root")
    logs, witnesses = keys(policy["logs"], 1), keys(policy["witnesses"], 4)
    signed, cosigned = False, set()
    for line in signatures[:-1].split("\n"):
        dash, name, encoded = line.split(" ")
        raw = unbase64(encoded)
        who, signature = (name, raw[:4]), raw[4:]
        need(dash == "—" and len(raw) > 4, "signature line")
        if who in logs and name == origin:
            verify(logs[who], signature, text.encode())
            signed = True
        if who in witnesses:
            seconds = int.from_bytes(signature[:8], "big")
            head = f"cosignature/v1\ntime {seconds}\n"
            verify(witnesses[who], signature[8:], (head + text).encode())
            cosigned.add(who)
    need(signed, "no key of the policy has signed")
    return int(size), unbase64(root), "witnessed" if len(cosigned) >= policy["quorum"] else "logged"


def check_proof(proof, policy):
    """What a tlog-proof proves: verdict, commitment, index, size and the fields shown."""
    try:
        head, _, note = proof.partition("\n\n")
        version, extra, place, *path = head.split("\n")
        need(version == "c2sp.org/tlog-proof@v1" and extra.startswith("extra "), "head")
        need(re.fullmatch("index (0|[1-9][0-9]*)", place), "index")
        index = int(place[6:])
        data = unbase64(extra[6:])
        opening = json.loads(data, parse_float=lambda text: need(None, "a fraction"))
        need(
            canonical(opening) == data and opening.keys() == {"v", "size", "shown", "proof"}, "form"
        )
        need(opening["v"] == 1, "version")
        for each in opening["shown"]:
            need(each.keys() == {"place", "name", "salt", "value"}, "form")
            need(bytes.fromhex(each["salt"]).hex() == each["salt"], "hexadecimal")
        fields = [
            (e["place"], e["name"], bytes.fromhex(e["salt"]), e["value"]) for e in opening["shown"]
        ]
        hidden = [bytes.fromhex(each) for each in opening["proof"]]
        need([each.hex() for each in hidden] == opening["proof"], "hexadecimal")
        commit = commitment(opening["size"], fields, hidden)
        size, root, verdict = checked_note(note, policy)
        reached = root_of_path(index, size, commit, [unbase64(each) for each in path])
        need(reached == root, "root")
    except (ValueError, TypeError, LookupError, AttributeError, RecursionError) as wrong:
        raise Refused(str(wrong)) from None
    return verdict, commit, index, size, {name: value for _, name, _, value in fields}


def undigits(digits, kind):
    need(re.fullmatch("[1-9][0-9]{0,4095}", digits), "digits")
    number = int(digits)
    data = number.to_bytes((number.bit_length() + 7) // 8, "big")
    need(data[:2] == bytes((1, kind)), "kind")
    return data[1:]


def check_promise(digits, policy):
    """What a promise promises: the commitment, the slip, and by when it will be in the log."""
    answer = re.fullmatch("[1-9][0-9]{0,4095}", digits) and f"{int(digits):x}"[1:3] == "03"
    data = undigits(digits, 3 if answer else 1)
    end = 98 if answer else 104
    need(end + 1 + 64 <= len(data) <= 300, "length")
    n, p, salt, hashes = data[5], data[6], data[7:39], data[end + 1 : -64]
    code, at = int.from_bytes(data[39:45], "big"), int.from_bytes(data[45:50], "big")
    need(p < n and len(hashes) == 32 * depth(p, n), "hashes")
    need(code < 10**13 and at < 253402300800, "range")
    signers = [key for (_, key_id), key in keys(policy["logs"], 1).items() if key_id == data[1:5]]
    need(signers, "unknown key")
    verify(signers[0], data[-64:], b"pishkhan/promise/v1\n" + data[:-64])
    moment = datetime.fromtimestamp(at, UTC)
    slip: dict[str, str | int] = {
        "agency": str(UUID(bytes=data[50:66])),
        "at": moment.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "code": f"{code:013}",
    }
    if answer:
        slip["text"] = data[66:98].hex()
    else:
        need(data[103] in (1, 2), "range")
        slip["epoch"] = ("rial", "new_rial")[data[103] - 1]
        slip["fee"] = int.from_bytes(data[98:103], "big")
        slip["pages"] = data[66:98].hex()
    hidden = [hashes[i : i + 32] for i in range(0, len(hashes), 32)]
    commit = commitment(n, [(p, "slip", salt, slip)], hidden)
    return commit, slip, moment + timedelta(hours=data[end])


def check_path(digits, policy):
    """What a path proves: the commitment is at an index of a log's checkpoint of a size."""
    data = undigits(digits, 2)
    need(len(data) >= 113 and len(data) % 32 == 113 % 32, "length")
    index, size = int.from_bytes(data[5:11], "big"), int.from_bytes(data[11:17], "big")
    commit, signature = data[17:49], data[49:113]
    path = [data[i : i + 32] for i in range(113, len(data), 32)]
    root = base64.b64encode(root_of_path(index, size, commit, path)).decode()
    signers = [(n, key) for (n, i), key in keys(policy["logs"], 1).items() if i == data[1:5]]
    need(signers, "unknown key")
    origin, key = signers[0]
    verify(key, signature, f"{origin}\n{size}\n{root}\n".encode())
    return commit, origin, index, size
