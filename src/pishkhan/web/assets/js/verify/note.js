// Keys, signed notes, checkpoints (C2SP signed-note, tlog-checkpoint, tlog-cosignature). Ed25519
// (RFC 8032) alone: 0x01 signs a log's checkpoints, 0x04 a witness's cosignatures. The browsers of
// the counters' PCs have no Ed25519 of their own.
import * as ed25519 from "@noble/ed25519";
import { sha512 } from "@noble/hashes/sha2.js";
import { HASH_SIZE, NAME, base64, base64Of, bigOf, hex, joined, same, sha256, textOf, utf8 } from "./bytes.js";
import { Refused, Unreadable } from "./errors.js";
import { EMPTY } from "./merkle.js";

ed25519.hashes.sha512 = sha512;

export const LOG = 1;
export const WITNESS = 4;
export const SIGNATURE_SIZE = 64;
const MOST_BYTES = 1024 * 1024;
const MOST_SIGNATURES = 256; // the specification asks for 16 at least
const MOST_NUMBER = 2n ** 63n - 1n; // of leaves, and of seconds
const NUMBER = /^(?:0|[1-9][0-9]{0,18})$/;
const CONTROL = /[\x00-\x09\x0b-\x1f]/;
const LINE = /^\u2014 ([^ ]+) ([^ ]+)$/u;

// A decimal without leading zeros, at most 2**63 - 1: a BigInt.
export function number(text) {
  if (!NUMBER.test(text) || BigInt(text) > MOST_NUMBER) throw new Unreadable("number-bad");
  return BigInt(text);
}

// Whether the signature is the key's over the message, by the letter of RFC 8032.
export function signed(key, message, signature) {
  try {
    return ed25519.verify(signature, message, key.public, { zip215: false });
  } catch {
    return false; // a key or a signature of no point
  }
}

// {name, kind, public, id} of a vkey. `name` may be given as octets beside its text (policy.js).
export function readKey(vkey, kind, octets = utf8) {
  const [, name, id, encoded] = vkey.match(/^([^+]*)\+([^+]*)\+([^]*)$/) ?? [];
  if (name === undefined || !NAME.test(name)) throw new Unreadable("key-form");
  let raw;
  try {
    raw = base64(encoded);
  } catch {
    throw new Unreadable("key-form");
  }
  if (raw[0] !== kind) throw new Unreadable("key-kind");
  if (raw.length !== 33) throw new Unreadable("key-form");
  const key = { name, kind, public: raw.subarray(1), id: sha256(joined(octets(name), utf8("\n"), raw)).subarray(0, 4) };
  if (hex(key.id) !== id) throw new Unreadable("key-id");
  return key;
}

// A note's text and signatures as one text.
export function decoded(data) {
  if (data.length > MOST_BYTES) throw new Unreadable("too-large");
  let text;
  try {
    text = textOf(data);
  } catch {
    throw new Unreadable("note-text");
  }
  if (CONTROL.test(text)) throw new Unreadable("note-text");
  return text;
}

// A signed checkpoint of three lines (journal.md: no extension lines); nothing is verified yet.
export function readCheckpoint(data) {
  const text = decoded(data);
  const gap = text.lastIndexOf("\n\n");
  if (gap < 0 || !text.endsWith("\n") || gap + 2 >= text.length) throw new Unreadable("note-form");
  const lines = text.slice(gap + 2, -1).split("\n");
  if (lines.length > MOST_SIGNATURES) throw new Unreadable("note-form");
  return { kind: "checkpoint", head: checkpoint(text.slice(0, gap)), signatures: lines.map(signatureLine) };
}

function signatureLine(line) {
  const [, name, encoded] = line.match(LINE) ?? [];
  if (name === undefined || !NAME.test(name)) throw new Unreadable("note-form");
  const raw = base64(encoded);
  if (raw.length <= 4) throw new Unreadable("note-form");
  return { name, id: raw.subarray(0, 4), data: raw.subarray(4) };
}

function checkpoint(text) {
  const lines = text.split("\n");
  if (lines.length !== 3 || !lines[0]) throw new Unreadable("checkpoint-form");
  let head;
  try {
    head = { origin: lines[0], size: number(lines[1]), root: base64(lines[2], HASH_SIZE) };
  } catch {
    throw new Unreadable("checkpoint-form");
  }
  if (!head.size && !same(head.root, EMPTY)) throw new Unreadable("checkpoint-form");
  return head;
}

// The text in which a head is signed.
export const textOfHead = (head) => `${head.origin}\n${head.size}\n${base64Of(head.root)}\n`;

const isOf = (line, key) => line.name === key.name && same(line.id, key.id);

// The known key by which the log signed; one line that is by name and id of it and does not fit
// refuses the whole.
export function checkLog(note, keys) {
  const { origin } = note.head;
  const mine = keys.filter((key) => key.name === origin);
  if (!mine.length) throw new Refused("log-unknown", { origin });
  const found = note.signatures.flatMap((line) => mine.filter((key) => isOf(line, key)).map((key) => [key, line]));
  if (!found.length) throw new Refused("log-unsigned", { origin });
  const text = utf8(textOfHead(note.head));
  for (const [key, line] of found) if (!signed(key, text, line.data)) throw new Refused("log-signature", { origin });
  return found[0][0];
}

// When this witness cosigned (POSIX seconds, a BigInt; the first time if often), else undefined.
export function cosignedAt(note, key) {
  const times = note.signatures.filter((line) => isOf(line, key)).map((line) => {
    const seconds = bigOf(line.data.subarray(0, 8));
    const message = utf8(`cosignature/v1\ntime ${seconds}\n${textOfHead(note.head)}`);
    const whole = line.data.length === 8 + SIGNATURE_SIZE && seconds <= MOST_NUMBER;
    if (!whole || !signed(key, message, line.data.subarray(8))) throw new Refused("witness-signature", { name: key.name });
    return seconds;
  });
  return times.reduce((first, at) => (first === undefined || at < first ? at : first), undefined);
}
