// A proof file (C2SP tlog-proof) whose `extra` is an opening of an entry (journal.md).
import { HASH_SIZE, base64, same, utf8 } from "./bytes.js";
import * as canonical from "./canonical.js";
import { entryHash, hashOf, isObject, openingOf } from "./entry.js";
import { Refused, Unreadable } from "./errors.js";
import { rootOfPath } from "./merkle.js";
import { decoded, number, readCheckpoint } from "./note.js";

export const FAMILY = "c2sp.org/tlog-proof@";
const HEADER = `${FAMILY}v1`;
const MOST_HASHES = 63;
const HASH = /^[0-9a-f]{64}$/;

// What is shown, where the leaf stands, and the signed checkpoint; nothing is verified yet.
export function readProof(data) {
  const text = decoded(data);
  const gap = text.indexOf("\n\n");
  if (gap < 0) throw new Unreadable("proof-form");
  const [header, extra, index, ...path] = text.slice(0, gap).split("\n");
  if (header !== HEADER) throw new Unreadable("proof-form");
  if (!extra?.startsWith("extra ")) throw new Unreadable("proof-extra");
  if (!index?.startsWith("index ") || path.length > MOST_HASHES) throw new Unreadable("proof-form");
  const told = canonical.read(base64(extra.slice(6)));
  const { after, ...opening } = isObject(told) ? told : { told };
  return {
    kind: "proof",
    shown: openingOf(opening),
    after: after === undefined || after === null ? undefined : readAnchor(after),
    index: number(index.slice(6)),
    path: path.map((line) => base64(line, HASH_SIZE)),
    note: readCheckpoint(utf8(text.slice(gap + 2))),
  };
}

// An entry before the one that is proved: it holds what witnesses had cosigned by then.
function readAnchor(given) {
  if (!isObject(given) || Object.keys(given).sort().join() !== "index,opening,path") malformed();
  const { index, path } = given;
  if (!Number.isSafeInteger(index) || index < 0 || !Array.isArray(path) || path.length > MOST_HASHES) malformed();
  if (!path.every((each) => typeof each === "string" && HASH.test(each))) malformed();
  const shown = openingOf(given.opening);
  if (!Object.hasOwn(shown.fields, "note") || typeof shown.fields.note !== "string") malformed();
  return { shown, index: BigInt(index), path: path.map(hashOf), note: readCheckpoint(utf8(shown.fields.note)) };
}

function malformed() {
  throw new Unreadable("after-form");
}

// A changed field, salt or hash of the path all lead to another root; which it was can't be told.
export function checkInclusion(proof) {
  const { size, root } = proof.note.head;
  const reached = rootOfPath(proof.index, size, entryHash(proof.shown.commit), proof.path);
  if (!same(reached, root)) throw new Refused("not-in-tree");
  const { after } = proof;
  if (after === undefined) return;
  if (after.index >= proof.index) throw new Refused("after-later");
  const before = rootOfPath(after.index, size, entryHash(after.shown.commit), after.path);
  if (!same(before, root)) throw new Refused("after-not-in-tree");
}
