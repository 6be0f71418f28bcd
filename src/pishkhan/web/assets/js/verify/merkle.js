// Merkle tree hashes: RFC 9162, section 2.1, with SHA-256 (the same as RFC 6962).
// Sizes and places are BigInts: a log's go up to 2**63. Paths are checked for their exact length.
import { joined, sha256 } from "./bytes.js";
import { Refused } from "./errors.js";

const LEAF = Uint8Array.of(0);
const NODE = Uint8Array.of(1);

export const EMPTY = sha256(new Uint8Array());
export const leafHash = (data) => sha256(joined(LEAF, data)); // 2.1.1
export const nodeHash = (left, right) => sha256(joined(NODE, left, right)); // 2.1.1

// How many of `count` leaves (2 or more) stand left of the top node.
function largerHalf(count) {
  let half = 1n;
  while (half * 2n < count) half *= 2n;
  return half;
}

// The way from the top down to a leaf: true where it goes right (0 <= index < size).
export function turns(index, size) {
  const way = [];
  while (size > 1n) {
    const left = largerHalf(size);
    const right = index >= left;
    way.push(right);
    [index, size] = right ? [index - left, size - left] : [index, left];
  }
  return way;
}

// The root that a leaf hash and its inclusion path (2.1.3.1, leaf first) lead to.
export function rootOfPath(index, size, leaf, path) {
  if (index < 0n || index >= size) throw new Refused("index-outside", { index, size });
  const way = turns(index, size).reverse();
  if (path.length !== way.length) throw new Refused("path-length");
  return way.reduce(
    (reached, right, at) => (right ? nodeHash(path[at], reached) : nodeHash(reached, path[at])),
    leaf,
  );
}

// The root that shown leaves (a Map of place to leaf hash) and the hashes of the rest lead to, in
// the order of journal-entry.md, Opening: left part first, one for each subtree with nothing shown.
export function rootOfShown(size, shown, proof) {
  const places = [...shown.keys()];
  let used = 0;
  const walk = (start, count) => {
    if (!places.some((place) => place >= start && place < start + count)) {
      if (used === proof.length) throw new Refused("opening-length");
      return proof[used++];
    }
    if (count === 1n) return shown.get(start);
    const left = largerHalf(count);
    const first = walk(start, left);
    return nodeHash(first, walk(start + left, count - left));
  };
  const reached = walk(0n, size);
  if (used !== proof.length) throw new Refused("opening-length");
  return reached;
}
