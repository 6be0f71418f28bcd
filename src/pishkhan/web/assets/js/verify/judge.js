// Puts together what was read: one verdict over all of it, under one policy.
import { hex, same, sha256, utf8 } from "./bytes.js";
import * as canonical from "./canonical.js";
import { dueAfter, isAnswer, readSecond, slipOf } from "./entry.js";
import { Refused, Unreadable } from "./errors.js";
import { checkLog, cosignedAt } from "./note.js";
import { STALE_DAYS, ageOf, fewest, isMet } from "./policy.js";
import { checkPath, checkPromise } from "./promise.js";
import { checkInclusion } from "./proof.js";
import { NOTHING, cautionsOf, checkCounts, statementOf, widened } from "./roots.js";

const CLOCKS = 600; // seconds by which clocks of two honest machines may differ

// What `items` prove together at `now` (POSIX seconds); throws the first thing that is wrong. `stated`
// is what agencies' roots say of keys (roots.js), beside the policy that was pinned.
// Checkpoints of two sizes are tied by tiles, which no page has: the program compares those.
export function judge(items, pinned, now, stated = NOTHING) {
  const policy = widened(pinned, stated);
  const checked = { keys: new Set(), origins: new Set(), commits: new Set(), shown: [], heads: [] };
  for (const item of items) CHECKS[item.kind](item, policy, checked);
  if (checked.commits.size > 1) throw new Refused("letters-differ");
  if (checked.origins.size > 1) throw new Refused("logs-differ");
  const head = oneHead(checked.heads);
  const isLetter = checked.commits.size > 0;
  const covering = isLetter && (checked.size === undefined || !head) ? undefined : head;
  const found = {
    about: isLetter ? "letter" : "checkpoint",
    level: covering ? "logged" : "promised",
    origin: [...checked.origins][0],
    policy,
    fields: merged(checked.shown),
    commit: checked.shown.length ? [...checked.commits][0] : null,
    slip: checked.slip,
    index: checked.index,
    size: checked.size,
    head,
    cosigned: covering?.cosigned ?? new Map(),
    notBefore: checked.notBefore,
    notAfter: undefined,
    logBy: checked.logBy,
    stated: [],
    cautions: [],
  };
  if (covering && isMet(policy, covering.cosigned.keys())) found.level = "witnessed";
  for (const at of found.cosigned.values()) if (found.notAfter === undefined || at < found.notAfter) found.notAfter = at;
  checkBracket(found);
  addCautions(found, now);
  if (checked.isProved && found.level === "witnessed" && found.notBefore === undefined) found.cautions.push({ code: "before-unknown" });
  const met = covering && metAt(covering.cosigned, policy);
  for (const key of checked.keys) {
    checkCounts(key, pinned, stated, met, now);
    const said = statementOf(key, pinned, stated);
    if (said) found.stated.push(said);
  }
  found.cautions.push(...cautionsOf([...checked.keys], policy, stated, now));
  return found;
}

const CHECKS = {
  promise(item, policy, checked) {
    signedBy(checkPromise(item, policy.logs), checked);
    addShown(item.shown, checked);
    checked.slip = item.shown.fields.slip;
    checked.logBy = dueAfter(checked.slip, item.hours);
  },
  path(item, policy, checked) {
    const [key, head] = checkPath(item, policy.logs);
    signedBy(key, checked);
    checked.commits.add(hex(item.commit));
    checked.heads.push({ ...head, cosigned: new Map() });
    place(item.index, item.size, checked);
  },
  proof(item, policy, checked) {
    addHead(item.note, policy, checked);
    checkInclusion(item);
    checked.isProved = true; // by a file, which can show what stands before
    addShown(item.shown, checked);
    checked.slip = checked.slip ?? slipOf(item.shown.fields);
    place(item.index, item.note.head.size, checked);
    const known = item.after && metAt(timesOf(item.after.note, policy), policy);
    if (known !== undefined && (checked.notBefore === undefined || known > checked.notBefore)) checked.notBefore = known;
  },
  checkpoint(item, policy, checked) {
    addHead(item, policy, checked);
  },
};

function signedBy(key, checked) {
  checked.origins.add(key.name);
  checked.keys.add(key);
}

function addShown(shown, checked) {
  checked.commits.add(hex(shown.commit));
  checked.shown.push(shown.fields);
}

function place(index, size, checked) {
  if (checked.size === undefined || size < checked.size) [checked.index, checked.size] = [index, size];
}

// When each witness of the policy cosigned; one that is revoked never counts.
function timesOf(note, policy) {
  const cosigned = new Map();
  for (const [name, key] of policy.witnesses) {
    const at = cosignedAt(note, key);
    if (at !== undefined && !policy.revoked.has(name)) cosigned.set(name, at);
  }
  return cosigned;
}

// When the policy's quorum was together, of the times of cosigning; undefined when it is not.
function metAt(cosigned, policy) {
  const times = [...cosigned].sort(([, a], [, b]) => (a < b ? -1 : a > b ? 1 : 0));
  const there = new Set();
  for (const [name, at] of times) {
    there.add(name);
    if (isMet(policy, there)) return at;
  }
  return undefined;
}

// Refuses an entry that is dated before it can have been written.
function checkBracket(found) {
  const first = found.notBefore;
  const text = found.slip?.at ?? found.fields.at;
  const claimed = typeof text === "string" ? Date.parse(text) / 1000 : NaN;
  if (first === undefined || Number.isNaN(claimed) || !/(?:Z|[+-][0-9]{2}:[0-9]{2})$/.test(text)) return;
  if (claimed < Number(first) - CLOCKS) throw new Refused("back-dated", { claimed: Math.floor(claimed), at: first });
}

function addHead(note, policy, checked) {
  signedBy(checkLog(note, policy.logs), checked);
  checked.heads.push({ ...note.head, cosigned: timesOf(note, policy) });
}

// The one head that all stand on, with all its witnesses; undefined when there is none.
function oneHead(heads) {
  const bySize = new Map();
  for (const head of heads) {
    const first = bySize.get(head.size) ?? head;
    bySize.set(head.size, first);
    if (!same(first.root, head.root)) throw new Refused("split-view", { size: head.size });
    for (const [name, at] of head.cosigned) {
      const before = first.cosigned.get(name);
      if (before === undefined || at < before) first.cosigned.set(name, at);
    }
  }
  if (bySize.size > 1) throw new Unreadable("tiles-needed");
  return [...bySize.values()][0];
}

// All that is shown: a node could commit to one name at two places; then two openings differ.
function merged(shown) {
  const fields = {};
  for (const each of shown) {
    for (const [name, value] of Object.entries(each)) {
      if (!Object.hasOwn(fields, name)) fields[name] = value;
      else if (!same(canonical.write(fields[name]), canonical.write(value))) throw new Refused("fields-differ", { name });
    }
  }
  return fields;
}

function addCautions(found, now) {
  const { policy, cautions } = found;
  const age = ageOf(policy, now);
  if (age > STALE_DAYS) cautions.push({ code: "policy-old", days: age });
  if (age < -1) cautions.push({ code: "policy-future" }); // a day, for places where it is tomorrow
  const least = fewest(policy);
  if (found.level !== "promised" && least < 2) cautions.push({ code: least ? "policy-one" : "policy-none" });
  if ([...found.cosigned.values()].some((at) => at > now + CLOCKS)) cautions.push({ code: "cosigned-future" });
  if (found.slip && found.notAfter !== undefined && readSecond(found.slip.at) > Number(found.notAfter) + CLOCKS) {
    cautions.push({ code: "claimed-later" });
  }
  if (found.level === "promised" && found.logBy !== undefined && now > found.logBy) cautions.push({ code: "promise-due" });
}

const told = (found, name) => found.slip?.[name] ?? found.fields[name];

// Compares the printed code.
export function checkCode(found, code) {
  if (told(found, "code") === undefined) throw new Refused("code-absent");
  if (told(found, "code") !== code) throw new Refused("code-other", { told: told(found, "code") });
}

// Compares the pages: SHA-256 of each file in hexadecimal, in order (journal.md, Promise).
export function checkPages(found, digests) {
  if (isAnswer(found.slip)) throw new Refused("pages-answer");
  if (told(found, "pages") === undefined) throw new Refused("pages-absent");
  const together = hex(sha256(utf8(digests.map((digest) => `${digest}\n`).join(""))));
  if (told(found, "pages") !== together) throw new Refused("pages-other");
}
