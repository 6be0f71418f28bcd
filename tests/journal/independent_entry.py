"""What the second checker stands on: openings, trees, spellings.

Written from docs/protocol/journal-entry.md and RFC 4648, 8785 and 9162 only; it shares no code with
the product. Whatever is not as it must be raises one of `Refused`, here and in `independent.py`.
"""

import json
import re
from base64 import b64decode, b64encode
from hashlib import sha256

from cryptography.exceptions import InvalidSignature

Refused = (InvalidSignature, ValueError, TypeError, LookupError, AttributeError, RecursionError)


def need(held):
    if not held:
        raise ValueError


def sha(*parts):
    return sha256(b"".join(parts)).digest()


def unbase64(text):
    need(b64encode(b64decode(text)).decode() == text)
    return b64decode(text)


def unhex(text):
    need(re.fullmatch("[0-9a-f]{64}", text))
    return bytes.fromhex(text)


def canonical(value):
    """RFC 8785, where numbers are whole and names ASCII, as in all entries here."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def parsed(data):
    value = json.loads(data, parse_float=int)  # a fraction raises
    need(canonical(value) == data)
    return value


def half(size):
    """The largest power of two below a size."""
    return 1 << (size - 1).bit_length() - 1


def climb(index, size, leaf, path):
    """The root to which a leaf and its inclusion path lead (RFC 9162, 2.1.3)."""
    need(type(index) is int and 0 <= index < size)
    if size == 1:
        need(not path)
        return sha(b"\0", leaf)
    (*below, top), left = path, half(size)
    if index < left:
        return sha(b"\1", climb(index, left, leaf, below), top)
    return sha(b"\1", top, climb(index - left, size - left, leaf, below))


def walk(start, size, leaves, hidden):
    """The root over the shown leaves; the other hashes are taken from the left, and removed."""
    if not any(start <= place < start + size for place in leaves):
        return hidden.pop(0)
    if size == 1:
        return leaves[start]
    left = walk(start, half(size), leaves, hidden)
    return sha(b"\1", left, walk(start + half(size), size - half(size), leaves, hidden))


def opened(opening):
    """The commitment to which an opening leads, and the values that it shows."""
    need(opening.keys() == {"v", "size", "shown", "proof"} and repr(opening["v"]) == "1")
    size, leaves, shown, last = opening["size"], {}, {}, (-1, "")
    for field in opening["shown"]:
        need(field.keys() == {"place", "name", "salt", "value"})
        place, name, value = field["place"], field["name"], field["value"]
        need(last[0] < place < size and last[1] < name and {type(place), type(size)} == {int})
        need(re.fullmatch("[a-z][a-z0-9_]{0,62}", name))
        digest = sha(unhex(field["salt"]), name.encode(), b"\0", canonical(value))
        leaves[place], shown[name], last = sha(b"\0", digest), value, (place, name)
    hidden = [unhex(each) for each in opening["proof"]]
    need(shown)
    commit = walk(0, size, leaves, hidden)
    need(not hidden)
    return commit, shown
