// Whom the page trusts: a policy, agencies' roots and their papers that were loaded and, if the browser
// allows, remembered; else the key of the office that the page came from (a JSON in the page).
import { base64, base64Of, same, textOf, utf8 } from "./bytes.js";
import { Trouble } from "./errors.js";
import { readPolicy } from "./policy.js";
import { NOTHING, gather } from "./roots.js";

const KEPT = "pishkhan-verify-policy";
const KEPT_PAPERS = "pishkhan-verify-papers";
const NO_PAPERS = { statements: [], revocations: [], stated: NOTHING, trouble: null };

// {policy, isOwn, isKept} or null when nobody is trusted.
export function trusted() {
  const kept = remembered();
  if (kept) return kept;
  try {
    const { policy } = JSON.parse(document.getElementById("own-policy").textContent);
    return policy ? { policy: readPolicy(utf8(policy)), isOwn: true, isKept: false } : null;
  } catch {
    return null; // a page that was changed on its way
  }
}

function remembered() {
  try {
    const text = localStorage.getItem(KEPT);
    return text ? { policy: readPolicy(utf8(text)), isOwn: false, isKept: true } : null;
  } catch {
    return null; // no storage for a file, or something else wrote there
  }
}

// Takes the bytes of a policy; throws Unreadable and leaves what there was.
export function trust(data) {
  const policy = readPolicy(data);
  let isKept = false;
  try {
    const text = textOf(data);
    localStorage.setItem(KEPT, text);
    isKept = localStorage.getItem(KEPT) === text;
  } catch {
    // no storage, or names that are no UTF-8: used until the page is closed
  }
  return { policy, isOwn: false, isKept };
}

export function forget() {
  try {
    localStorage.removeItem(KEPT);
  } catch {
    // nothing was remembered
  }
  return trusted();
}

// Roots and papers: {roots, statements, revocations} as bytes, what they say (`stated`), or what is
// wrong with them (`trouble`), which ends every check until they are put away.
export function papers() {
  try {
    const kept = JSON.parse(localStorage.getItem(KEPT_PAPERS));
    const [statements, revocations] = [kept.statements, kept.revocations].map((each) => each.map((file) => base64(file)));
    return weighed({ roots: kept.roots ? base64(kept.roots) : undefined, statements, revocations });
  } catch {
    return NO_PAPERS; // nothing was kept, or something else wrote there
  }
}

// The same with one file more; a file of roots takes the place of the one before.
export function withPaper({ roots, statements, revocations }, kind, data) {
  const files = { roots, statements, revocations };
  if (kind === "roots") files.roots = data;
  else if (!files[kind].some((each) => same(each, data))) files[kind] = [...files[kind], data];
  try {
    const told = { ...files, roots: files.roots && base64Of(files.roots) };
    for (const name of ["statements", "revocations"]) told[name] = files[name].map(base64Of);
    localStorage.setItem(KEPT_PAPERS, JSON.stringify(told));
  } catch {
    // no storage: used until the page is closed
  }
  return weighed(files);
}

export function withoutPapers() {
  try {
    localStorage.removeItem(KEPT_PAPERS);
  } catch {
    // nothing was remembered
  }
  return NO_PAPERS;
}

function weighed(files) {
  try {
    return { ...files, stated: gather(files), trouble: null };
  } catch (trouble) {
    if (!(trouble instanceof Trouble)) throw trouble;
    return { ...files, stated: NOTHING, trouble };
  }
}

// The policy to judge by, null without any. Who gave roots did it to do without the office's own key.
export function pinnedOf(held, { stated }) {
  if (!stated.madeOn || (held && !held.isOwn)) return held;
  const policy = { madeOn: "", logs: [], witnesses: new Map(), groups: new Map(), quorum: "none" };
  return { policy: { ...policy, madeOn: stated.madeOn }, isOwn: false, isRootsAlone: true };
}
