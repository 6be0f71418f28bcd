// Agencies' roots, and what they say of keys: statements, revocation lists (docs/protocol/keys.md).
// Papers are three lines each: `pishkhan/<label>/v1`, RFC 8785 JSON, base64 of the signature over the
// two lines.
import { base64, hex, joined, same, sha256, textOf, utf8 } from "./bytes.js";
import * as canonical from "./canonical.js";
import { isObject, readSecond } from "./entry.js";
import { Refused, Unreadable } from "./errors.js";
import { LOG, SIGNATURE_SIZE, WITNESS, readKey, signed } from "./note.js";
import { STALE_DAYS, ageOf, isDay } from "./policy.js";

export const MOST_BYTES = 1024 * 1024;
const MOST_PAPERS = 256;
const MOST_REVOKED = 2000;
const STATEMENT = "key-statement";
const REVOCATIONS = "revocations";
const KINDS = ["node-relay", "node-log", "node-witness", "post"];
const REASONS = ["compromised", "lost", "superseded", "ended"];
const UUID = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}";
const ID = /^[0-9a-f]{16}$/;
const DATE = /^# date: ([0-9]{4}-[0-9]{2}-[0-9]{2})$/;
const ROOT = new RegExp(`^root (${UUID}) ([^ \\t\\n\\r\\f\\v]+)$`);
const SUBJECTS = {
  "node-relay": { form: new RegExp(`^${UUID}$`) },
  "node-log": { form: new RegExp(`^pishkhan/${UUID}/[1-9][0-9]*$`), kind: LOG },
  "node-witness": { form: new RegExp(`^pishkhan-witness/${UUID}/[1-9][0-9]*$`), kind: WITNESS },
  post: { form: new RegExp(`^${UUID}$`) },
};

// What no roots say.
export const NOTHING = { madeOn: "", roots: new Map(), logs: new Map(), lists: new Map() };

// The id by which lists name a key.
export const keyId = (key) => hex(sha256(key).subarray(0, 8));

const nameOf = (key) => `${key.name} ${hex(key.public)}`;

// Which of the three a file is, by how it begins; undefined for anything else, as a policy.
export function kindOf(data) {
  const begins = (text) => same(data.subarray(0, text.length), utf8(text));
  if (begins(`pishkhan/${STATEMENT}/`)) return "statements";
  if (begins(`pishkhan/${REVOCATIONS}/`)) return "revocations";
  return /(?:^|\n)root /.test(latin(data)) ? "roots" : undefined;
}

// A text with one sign for each byte.
const latin = (data) => Array.from(data, (byte) => String.fromCharCode(byte)).join("");

// {madeOn, keys}: the keys by "agency id"; of a file of roots.
export function readRoots(data) {
  const lines = latin(data).split("\n");
  if (lines.pop() || data.length > MOST_BYTES) throw new Unreadable("roots-form", { line: lines.length + 1 }); // cut off
  const found = { madeOn: "", keys: new Map() };
  lines.forEach((line, at) => {
    if (!isTaken(line, found)) throw new Unreadable("roots-form", { line: at + 1 });
  });
  if (!found.madeOn) throw new Unreadable("roots-form", { line: 1 });
  return found;
}

function isTaken(line, found) {
  const [, day] = line.match(DATE) ?? [];
  if (day !== undefined) {
    const good = !found.madeOn && isDay(day);
    found.madeOn ||= day;
    return good;
  }
  const [, agency, encoded] = line.match(ROOT) ?? [];
  if (agency === undefined) return !line || line.startsWith("#");
  let key;
  try {
    key = base64(encoded, 32);
  } catch {
    return false;
  }
  if ([...found.keys.values()].some((other) => same(other, key))) return false;
  found.keys.set(`${agency} ${keyId(key)}`, key);
  return true;
}

// What files of papers say (bytes each), every paper signed by a root that is given; `roots` are the
// bytes of their file, or undefined.
export function gather({ roots, statements = [], revocations = [] }) {
  const trusted = roots && readRoots(roots);
  const found = { madeOn: trusted?.madeOn ?? "", roots: trusted?.keys ?? new Map(), logs: new Map(), lists: new Map() };
  const known = { numbers: new Map(), owners: new Map() };
  for (const data of statements) {
    for (const value of papers(data, STATEMENT, trusted)) state(statement(value), known, found.logs);
  }
  const lists = revocations.flatMap((data) => papers(data, REVOCATIONS, trusted).map(list));
  for (const each of lists.sort((a, b) => a.number - b.number)) {
    follow(found.lists.get(each.agency), each);
    found.lists.set(each.agency, each);
  }
  return found;
}

// Takes a statement beside the others: a number says one thing, a node's log keys are one agency's.
function state(stated, { numbers, owners }, logs) {
  const { agency, number, kind, log } = stated;
  const differ = () => new Refused("statements-differ", { agency });
  const [place, told] = [`${agency} ${number}`, JSON.stringify([kind, stated.name, hex(stated.key), stated.begins, stated.ends])];
  if ((numbers.get(place) ?? told) !== told) throw differ();
  numbers.set(place, told);
  if (!log) return;
  const node = log.name.split("/")[1];
  if ((owners.get(node) ?? agency) !== agency) throw differ();
  owners.set(node, agency);
  const newer = logs.get(nameOf(log));
  if (!newer || newer.number < number) logs.set(nameOf(log), stated);
}

// A list takes back nothing that one before it said (keys.md, Revocation list).
function follow(old, next) {
  const told = (each) => JSON.stringify([each.number, each.issued, each.next, [...each.revoked]]);
  if (!old || told(old) === told(next)) return;
  const values = { agency: next.agency, number: next.number };
  if (next.number === old.number || next.issued < old.issued) throw new Refused("lists-differ", values);
  for (const [id, at] of old.revoked) {
    if (!next.revoked.has(id) || next.revoked.get(id) > at) throw new Refused("list-takes-back", values);
  }
}

// The values of a file's papers, when all are of this kind and signed.
function papers(data, label, roots) {
  if (data.length > MOST_BYTES) throw new Unreadable("too-large");
  const lines = linesOf(data);
  if (lines.pop().length || !lines.length || lines.length % 3 || lines.length > 3 * MOST_PAPERS) malformed();
  const found = [];
  for (let at = 0; at < lines.length; at += 3) {
    const [first, body, signature] = lines.slice(at, at + 3);
    if (!same(first, utf8(`pishkhan/${label}/v1`))) malformed();
    const value = read(() => canonical.read(body));
    const mark = read(() => base64(latin(signature), SIGNATURE_SIZE));
    if (!isObject(value)) malformed();
    const [agency, root] = [text(value.agency), text(value.root)];
    const key = roots?.keys.get(`${agency} ${root}`);
    if (!key) throw new Refused("root-unknown", { root, agency });
    if (!signed({ public: key }, joined(first, utf8("\n"), body), mark)) throw new Refused("paper-signature", { agency });
    found.push(value);
  }
  return found;
}

function linesOf(data) {
  const lines = [];
  for (let from = 0, to; from <= data.length; from = to + 1) {
    to = data.indexOf(10, from);
    if (to < 0) to = data.length;
    lines.push(data.subarray(from, to));
  }
  return lines;
}

function statement(value) {
  const { until, ...rest } = value;
  if (Object.keys(rest).sort().join() !== "agency,from,key,kind,number,root,subject") malformed();
  if (!KINDS.includes(value.kind)) malformed();
  const [encoded, name, subject] = [text(value.key), text(value.subject), SUBJECTS[value.kind]];
  const key = read(() => base64(encoded, 32));
  const vkey = subject.kind && read(() => readKey(name, subject.kind));
  if ((vkey && !same(vkey.public, key)) || !subject.form.test(vkey ? vkey.name : name)) malformed();
  const begins = second(value.from);
  const ends = Object.hasOwn(value, "until") ? second(until) : undefined;
  if ((ends !== undefined && ends <= begins) || keyId(key) === value.root) malformed();
  const log = subject.kind === LOG ? vkey : undefined;
  return { agency: value.agency, number: counted(value.number), kind: value.kind, name, key, log, begins, ends };
}

// {agency, number, issued, next, revoked}: since when by the ids of the keys.
function list(value) {
  if (Object.keys(value).sort().join() !== "agency,issued,next,number,revoked,root") malformed();
  const [issued, next, rows] = [second(value.issued), second(value.next), value.revoked];
  if (next <= issued || !Array.isArray(rows) || rows.length > MOST_REVOKED) malformed();
  const revoked = new Map();
  let last = "";
  for (const row of rows) {
    if (!isObject(row) || Object.keys(row).sort().join() !== "at,key,reason" || !REASONS.includes(row.reason)) malformed();
    const [id, at] = [text(row.key), second(row.at)];
    if (!ID.test(id) || id <= last || at > issued || id === value.root) malformed();
    revoked.set(id, at);
    last = id;
  }
  return { agency: value.agency, number: counted(value.number), issued, next, revoked };
}

function malformed() {
  throw new Unreadable("paper-form");
}

function read(how) {
  try {
    return how();
  } catch (trouble) {
    if (!(trouble instanceof Unreadable)) throw trouble;
    return malformed();
  }
}

const text = (value) => (typeof value === "string" ? value : malformed());
const counted = (value) => (Number.isSafeInteger(value) && value >= 1 ? value : malformed());
const second = (value) => read(() => readSecond(text(value)));

// The policy with the logs' keys that roots state, without revoked witnesses: who has such a key can
// write any time into a cosignature, so none of it counts.
export function widened(policy, stated) {
  const own = policy.logs.map((key) => key.public);
  const more = [...stated.logs.values()].map(({ log }) => log).filter((key) => !own.some((each) => same(each, key.public)));
  const gone = [...policy.witnesses].filter(([, key]) => revocation(key, stated)).map(([name]) => name);
  return { ...policy, logs: [...policy.logs, ...more], revoked: new Set(gone) };
}

// The earliest revocation of a key in any list, {at, agency}: the lists' roots are all trusted.
function revocation(key, stated) {
  const id = keyId(key.public);
  const found = [...stated.lists.values()].filter(({ revoked }) => revoked.has(id));
  const all = found.map(({ agency, revoked }) => ({ agency, at: revoked.get(id) }));
  return all.reduce((first, each) => (first && first.at <= each.at ? first : each), undefined);
}

// The statement by which a log's key counts, when the policy does not pin it.
export function statementOf(key, pinned, stated) {
  const isPinned = pinned.logs.some((each) => nameOf(each) === nameOf(key));
  return isPinned ? undefined : stated.logs.get(nameOf(key));
}

// Checks that a log's key counts, for a tree whose quorum was together at `met` (undefined: never).
export function checkCounts(key, pinned, stated, met, now) {
  const told = { key: keyId(key.public) };
  const isBefore = (at) => met !== undefined && met < BigInt(at);
  const gone = revocation(key, stated);
  if (gone && !isBefore(gone.at)) throw new Refused("key-revoked", { ...told, ...gone });
  const said = statementOf(key, pinned, stated);
  if (!said) return;
  if (now < said.begins) throw new Refused("key-not-yet", { ...told, at: said.begins });
  if (said.ends === undefined || now < said.ends) return;
  if (!isBefore(said.ends)) throw new Refused("key-ended", { ...told, at: said.ends });
}

// What is to be told with a verdict that rests on these keys.
export function cautionsOf(keys, policy, stated, now) {
  if (!stated.madeOn) return [];
  const found = [];
  const age = ageOf(stated, now);
  if (age > STALE_DAYS) found.push({ code: "roots-old", days: age });
  if (age < -1) found.push({ code: "roots-future" });
  const needed = new Set(keys.map((key) => stated.logs.get(nameOf(key))?.agency).filter(Boolean));
  for (const agency of [...needed].sort()) if (!stated.lists.has(agency)) found.push({ code: "revocations-none", agency });
  for (const agency of [...stated.lists.keys()].sort()) {
    const { next } = stated.lists.get(agency);
    if (now > next) found.push({ code: "revocations-old", agency, at: next });
  }
  return [...found, ...[...policy.revoked].sort().map((name) => ({ code: "witness-revoked", name }))];
}
