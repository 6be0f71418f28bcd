// What is shown of an entry, and the commitment it was made into (docs/protocol/journal-entry.md).
import { joined, sha256, unhex, utf8 } from "./bytes.js";
import * as canonical from "./canonical.js";
import { Unreadable } from "./errors.js";
import { leafHash, rootOfShown } from "./merkle.js";

export const EPOCHS = { 1: "rial", 2: "new_rial" };
const MOST_FIELDS = 4096;
const LAST_SECOND = 253402300799; // the end of the year 9999, where RFC 3339 ends
const SLIPS = ["agency,at,code,epoch,fee,pages", "agency,at,code,text"]; // of an acceptance, of an answer
const FORMS = {
  agency: /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/,
  at: /^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$/,
  code: /^[0-9]{13}$/,
  pages: /^[0-9a-f]{64}$/,
  text: /^[0-9a-f]{64}$/,
};
const FIELD = /^[a-z][a-z0-9_]{0,62}$/;

// The leaf hash of an entry (docs/protocol/journal.md, Leaves).
export const entryHash = (commit) => leafHash(joined(Uint8Array.of(1), commit));

// The leaf hash of one field inside its entry (journal-entry.md, Commitment).
export const fieldHash = (salt, name, value) =>
  leafHash(sha256(joined(salt, utf8(`${name}\0`), canonical.write(value))));

// A moment (POSIX seconds) as a slip writes it.
export function secondText(seconds) {
  if (seconds > LAST_SECOND) throw new Unreadable("slip-form");
  return `${new Date(seconds * 1000).toISOString().slice(0, 19)}Z`;
}

// The POSIX seconds of a moment that a slip writes; a day that no month has is refused.
export function readSecond(text) {
  const at = Date.parse(text) / 1000;
  if (!FORMS.at.test(text) || text.startsWith("0000") || Number.isNaN(at) || secondText(at) !== text) {
    throw new Unreadable("slip-form");
  }
  return at;
}

// When the entry must be in the log; no moment is later than the last that can be written.
export const dueAfter = (slip, hours) => Math.min(readSecond(slip.at) + hours * 3600, LAST_SECOND);

// Whether a slip is of an answer: the names tell the two kinds apart.
export const isAnswer = (slip) => slip !== undefined && Object.hasOwn(slip, "text");

// The slip that is shown, or undefined.
export function slipOf(fields) {
  if (!Object.hasOwn(fields, "slip")) return undefined;
  const slip = fields.slip;
  if (!isObject(slip) || !SLIPS.includes(Object.keys(slip).join())) throw new Unreadable("slip-form");
  const texts = Object.entries(slip).filter(([name]) => Object.hasOwn(FORMS, name));
  if (!texts.every(([name, value]) => typeof value === "string" && FORMS[name].test(value))) throw new Unreadable("slip-form");
  readSecond(slip.at);
  if (isAnswer(slip)) return slip;
  if (!Object.values(EPOCHS).includes(slip.epoch)) throw new Unreadable("slip-form");
  if (!Number.isSafeInteger(slip.fee) || slip.fee < 0) throw new Unreadable("slip-form");
  return slip;
}

// {commit, fields} of an opening's bytes.
export const readOpening = (data) => openingOf(canonical.read(data));

// The same of an opening's value.
export function openingOf(opening) {
  if (!isObject(opening) || Object.keys(opening).sort().join() !== "proof,shown,size,v") malformed();
  const { v, size, shown, proof } = opening;
  if (v !== 1 || !Number.isSafeInteger(size) || size < 1 || size > MOST_FIELDS) malformed();
  if (!Array.isArray(shown) || !Array.isArray(proof) || !shown.length) malformed();
  const leaves = new Map();
  const fields = {};
  let last = { place: -1, name: "" };
  for (const item of shown) {
    checkItem(item, size);
    if (item.place <= last.place || item.name <= last.name) malformed();
    last = item;
    leaves.set(BigInt(item.place), fieldHash(hashOf(item.salt), item.name, item.value));
    fields[item.name] = item.value;
  }
  return { commit: rootOfShown(BigInt(size), leaves, proof.map(hashOf)), fields };
}

function checkItem(item, size) {
  if (!isObject(item) || Object.keys(item).sort().join() !== "name,place,salt,value") malformed();
  if (!Number.isSafeInteger(item.place) || item.place < 0 || item.place >= size) malformed();
  if (typeof item.name !== "string" || !FIELD.test(item.name)) malformed();
}

export function hashOf(text) {
  if (typeof text !== "string" || !FORMS.pages.test(text)) malformed();
  return unhex(text);
}

export const isObject = (value) => value !== null && typeof value === "object" && !Array.isArray(value);

function malformed() {
  throw new Unreadable("opening-form");
}
