// A proof file (C2SP tlog-proof) whose `extra` is an opening of an entry (journal.md).
import { HASH_SIZE, base64, same, utf8 } from "./bytes.js";
import { entryHash, readOpening } from "./entry.js";
import { Refused, Unreadable } from "./errors.js";
import { rootOfPath } from "./merkle.js";
import { decoded, number, readCheckpoint } from "./note.js";

export const FAMILY = "c2sp.org/tlog-proof@";
const HEADER = `${FAMILY}v1`;
const MOST_HASHES = 63;

// What is shown, where the leaf stands, and the signed checkpoint; nothing is verified yet.
export function readProof(data) {
  const text = decoded(data);
  const gap = text.indexOf("\n\n");
  if (gap < 0) throw new Unreadable("proof-form");
  const [header, extra, index, ...path] = text.slice(0, gap).split("\n");
  if (header !== HEADER) throw new Unreadable("proof-form");
  if (!extra?.startsWith("extra ")) throw new Unreadable("proof-extra");
  if (!index?.startsWith("index ") || path.length > MOST_HASHES) throw new Unreadable("proof-form");
  return {
    kind: "proof",
    shown: readOpening(base64(extra.slice(6))),
    index: number(index.slice(6)),
    path: path.map((line) => base64(line, HASH_SIZE)),
    note: readCheckpoint(utf8(text.slice(gap + 2))),
  };
}

// A changed field, salt or hash of the path all lead to another root; which it was can't be told.
export function checkInclusion(proof) {
  const { size, root } = proof.note.head;
  const reached = rootOfPath(proof.index, size, entryHash(proof.shown.commit), proof.path);
  if (!same(reached, root)) throw new Refused("not-in-tree");
}
