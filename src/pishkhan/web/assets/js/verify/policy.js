// The file that says whom to trust (C2SP tlog-policy), with the date on which it was made.
import { same, utf8 } from "./bytes.js";
import { Unreadable } from "./errors.js";
import { LOG, WITNESS, readKey } from "./note.js";

export const STALE_DAYS = 400; // a year, and a month to make and bring the next one
const MOST_BYTES = 256 * 1024;
const NONE = "none";
const DATE = /^#[ \t]*date:[ \t]*(.*)$/su;
const DAY = /^[0-9]{4}-[0-9]{2}-[0-9]{2}$/;
const COUNT = /^[1-9][0-9]{0,4}$/;
const loose = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

// The policy that a file holds: {madeOn, logs, witnesses, groups, quorum}. Names are any octets.
export function readPolicy(data) {
  if (data.length > MOST_BYTES) throw new Unreadable("too-large");
  if (data.some((byte) => (byte < 0x20 && byte !== 9 && byte !== 10) || byte === 0x7f)) throw new Unreadable("policy-text");
  if (data.at(-1) !== 10) throw new Unreadable("policy-cut"); // a file cut off might ask for less
  const reader = new Reader();
  linesOf(data).forEach((line, at) => {
    try {
      reader.take(line.replace(/^[ \t]+|[ \t]+$/g, ""));
    } catch (trouble) {
      if (!(trouble instanceof Unreadable)) throw trouble;
      throw new Unreadable(trouble.code, { ...trouble.values, line: at + 1 });
    }
  });
  return reader.end();
}

// Lines as texts; octets that are not UTF-8 become half pairs, which no note's name can hold.
function linesOf(data) {
  const lines = [];
  for (let from = 0, to; from <= data.length; from = to + 1) {
    to = data.indexOf(10, from);
    if (to < 0) to = data.length;
    const line = data.subarray(from, to);
    try {
      lines.push(loose.decode(line));
    } catch {
      lines.push(Array.from(line, (byte) => String.fromCharCode(byte < 0x80 ? byte : 0xdc00 + byte)).join(""));
    }
  }
  return lines;
}

const octetsOf = (name) =>
  /[\ud800-\udfff]/u.test(name) ? Uint8Array.from(name, (letter) => letter.charCodeAt(0) & 0xff) : utf8(name);

class Reader {
  constructor() {
    this.policy = { madeOn: "", logs: [], witnesses: new Map(), groups: new Map(), quorum: "" };
    this.grouped = new Set();
  }

  take(line) {
    if (line.startsWith("#")) return this.comment(line);
    if (!line) return undefined;
    const [word, ...rest] = line.split(/[ \t]+/);
    if (word === "log") return this.log(rest);
    if (word === "witness") return this.witness(rest);
    if (word === "group") return this.group(rest);
    if (word === "quorum") return this.setQuorum(rest);
    throw new Unreadable("policy-line");
  }

  comment(line) {
    const [, day] = line.match(DATE) ?? [];
    if (day === undefined) return;
    if (this.policy.madeOn || !DAY.test(day) || !isDay(day)) throw new Unreadable("policy-date");
    this.policy.madeOn = day;
  }

  log(rest) {
    if (rest.length !== 1 && rest.length !== 2) throw new Unreadable("policy-line");
    const key = readKey(rest[0], LOG, octetsOf);
    if (this.policy.logs.some((other) => same(key.public, other.public))) throw new Unreadable("policy-twice");
    this.policy.logs.push(key);
  }

  witness(rest) {
    if (rest.length !== 2 && rest.length !== 3) throw new Unreadable("policy-line");
    const key = readKey(rest[1], WITNESS, octetsOf);
    for (const other of this.policy.witnesses.values()) if (same(key.public, other.public)) throw new Unreadable("policy-twice");
    this.checkNew(rest[0]);
    this.policy.witnesses.set(rest[0], key);
  }

  group(rest) {
    if (rest.length < 3) throw new Unreadable("policy-line");
    const [name, least, ...members] = rest;
    this.checkNew(name);
    for (const member of members) {
      this.checkKnown(member);
      if (this.grouped.has(member)) throw new Unreadable("policy-twice");
      this.grouped.add(member);
    }
    const count = countOf(least, members.length);
    if (count < 1 || count > members.length) throw new Unreadable("policy-line");
    this.policy.groups.set(name, { least: count, members });
  }

  setQuorum(rest) {
    if (rest.length !== 1 || this.policy.quorum) throw new Unreadable("policy-quorum");
    if (rest[0] !== NONE) this.checkKnown(rest[0]);
    this.policy.quorum = rest[0];
  }

  checkNew(name) {
    if (name === NONE || this.isKnown(name)) throw new Unreadable("policy-twice");
  }

  checkKnown(name) {
    if (!this.isKnown(name)) throw new Unreadable("policy-name");
  }

  isKnown(name) {
    return this.policy.witnesses.has(name) || this.policy.groups.has(name);
  }

  end() {
    if (!this.policy.madeOn) throw new Unreadable("policy-date", { line: "–" });
    if (!this.policy.quorum) throw new Unreadable("policy-quorum", { line: "–" });
    return this.policy;
  }
}

function countOf(least, all) {
  if (least === "all") return all;
  if (least === "any") return 1;
  return COUNT.test(least) ? Number(least) : 0;
}

export function isDay(day) {
  const at = new Date(`${day}T00:00:00Z`);
  return !day.startsWith("0000") && !Number.isNaN(at.getTime()) && at.toISOString().startsWith(day);
}

// How many days old the file is at a moment (POSIX seconds); negative when its date is to come.
export const ageOf = (policy, now) => Math.floor(now / 86400) - Date.parse(`${policy.madeOn}T00:00:00Z`) / 86400000;

// Whether these witnesses (names) are the quorum's. `quorum none` is met by nobody.
export function isMet(policy, cosigned) {
  const met = new Set(cosigned);
  for (const [name, { least, members }] of policy.groups) { // a group names only what stands before it
    if (members.filter((member) => met.has(member)).length >= least) met.add(name);
  }
  return met.has(policy.quorum);
}

// How many witnesses the quorum is content with; 0 for `quorum none`.
export function fewest(policy) {
  const needed = new Map([...policy.witnesses.keys()].map((name) => [name, 1]));
  for (const [name, { least, members }] of policy.groups) {
    const cheapest = members.map((member) => needed.get(member)).sort((a, b) => a - b).slice(0, least);
    needed.set(name, cheapest.reduce((sum, each) => sum + each, 0));
  }
  return needed.get(policy.quorum) ?? 0;
}
