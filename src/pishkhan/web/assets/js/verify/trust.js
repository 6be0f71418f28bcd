// Whom the page trusts: a policy that was loaded and, if the browser allows, remembered; else the
// key of the office that the page came from (a JSON in the page).
import { textOf, utf8 } from "./bytes.js";
import { readPolicy } from "./policy.js";

const KEPT = "pishkhan-verify-policy";

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
