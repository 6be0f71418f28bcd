// What the QRs of a paper hold: a promise of an acceptance or an answer, and a path
// (docs/protocol/journal.md). No address is opened and no key is taken from a QR: the key id only
// says which key of the policy must have signed.
import { HASH_SIZE, bigOf, hex, joined, same, stripped, unhex, utf8 } from "./bytes.js";
import { EPOCHS, entryHash, fieldHash, secondText } from "./entry.js";
import { Refused, Unreadable } from "./errors.js";
import { rootOfPath, rootOfShown, turns } from "./merkle.js";
import { LOG, SIGNATURE_SIZE, signed, textOfHead } from "./note.js";

const MOST_DIGITS = 4000; // a path in a tree of 2**48 leaves has 3,900
const MOST_PROMISE = 300;
const LABEL = utf8("pishkhan/promise/v1\n");
const TEXT = /^(?:[^#]*#)?([1-9][0-9]*)$/;

export const looksLikeQr = (text) => TEXT.test(stripped(text));

// What a QR's text holds: an address with digits behind `#`, or digits alone.
export function readQr(text) {
  const digits = stripped(text).match(TEXT)?.[1];
  if (!digits || digits.length > MOST_DIGITS) throw new Unreadable("qr-text");
  const told = BigInt(digits).toString(16);
  const data = unhex(told.length % 2 ? `0${told}` : told);
  if (data.length < 2 || data[0] !== 1) throw new Unreadable("qr-text");
  if (data[1] === 1) return promise(data.subarray(1), slipIn);
  if (data[1] === 3) return promise(data.subarray(1), answerSlipIn);
  if (data[1] === 2) return path(data.subarray(1));
  throw new Unreadable("qr-version");
}

class Bytes {
  constructor(data, trouble) {
    this.data = data;
    this.trouble = trouble;
    this.at = 1; // behind the byte of the kind
  }

  take(count) {
    const found = this.data.subarray(this.at, this.at + count);
    if (found.length !== count) throw new Unreadable(this.trouble);
    this.at += count;
    return found;
  }

  number(count) { // of six bytes at most, which a double holds
    return Number(bigOf(this.take(count)));
  }

  hashes(count) {
    return Array.from({ length: count }, () => this.take(HASH_SIZE));
  }

  end() {
    if (this.at !== this.data.length) throw new Unreadable(this.trouble);
  }
}

function promise(data, readSlip) {
  if (data.length > MOST_PROMISE) throw new Unreadable("promise-form");
  const read = new Bytes(data, "promise-form");
  const [id, count, place, salt] = [read.take(4), read.number(1), read.number(1), read.take(HASH_SIZE)];
  const [slip, hours] = [readSlip(read), read.number(1)];
  if (place >= count) throw new Unreadable("promise-form");
  const [where, among] = [BigInt(place), BigInt(count)];
  const beside = read.hashes(turns(where, among).length);
  const message = joined(LABEL, data.subarray(0, read.at));
  const signature = read.take(SIGNATURE_SIZE);
  read.end();
  const commit = rootOfShown(among, new Map([[where, fieldHash(salt, "slip", slip)]]), beside);
  return { kind: "promise", id, shown: { commit, fields: { slip } }, hours, message, signature };
}

function slipIn(read) {
  const head = headOf(read);
  const [pages, fee, epoch] = [hex(read.take(32)), read.number(5), EPOCHS[read.number(1)]];
  if (!epoch) throw new Unreadable("promise-form");
  return { ...head, epoch, fee, pages };
}

const answerSlipIn = (read) => ({ ...headOf(read), text: hex(read.take(32)) });

// What stands at the beginning of both kinds.
function headOf(read) {
  const [code, at, agency] = [read.number(6), read.number(5), hex(read.take(16))];
  if (code >= 1e13) throw new Unreadable("promise-form");
  return { agency: uuid(agency), at: secondText(at), code: String(code).padStart(13, "0") };
}

const uuid = (digits) => digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");

function path(data) {
  const read = new Bytes(data, "path-form");
  const [id, index, size] = [read.take(4), bigOf(read.take(6)), bigOf(read.take(6))];
  const [commit, signature] = [read.take(HASH_SIZE), read.take(SIGNATURE_SIZE)];
  if (index >= size) throw new Refused("index-outside", { index, size });
  const hashes = read.hashes(turns(index, size).length);
  read.end();
  return { kind: "path", id, index, size, commit, signature, hashes };
}

// The log's key of the policy that signed a promise.
export function checkPromise(given, keys) {
  const key = named(given.id, keys).find((each) => signed(each, given.message, given.signature));
  if (!key) throw new Refused("promise-signature");
  return key;
}

// The log's key, and the head that it signed and the path leads to. A changed path, leaf or
// signature all end in a root that was not signed; which of them it was can't be told.
export function checkPath(given, keys) {
  const root = rootOfPath(given.index, given.size, entryHash(given.commit), given.hashes);
  for (const key of named(given.id, keys)) {
    const head = { origin: key.name, size: given.size, root };
    if (signed(key, utf8(textOfHead(head)), given.signature)) return [key, head];
  }
  throw new Refused("path-signature");
}

function named(id, keys) {
  const found = keys.filter((key) => key.kind === LOG && same(key.id, id));
  if (!found.length) throw new Refused("key-unknown", { key: hex(id) });
  return found;
}
