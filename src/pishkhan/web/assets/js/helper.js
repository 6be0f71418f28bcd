// The helper on this PC (pishkhan-desk): asked by this page, never by the server. What connects the
// two, and what was chosen for this PC, stays in this browser's own storage.
const key = "pishkhan-desk";

export function chosen() {
  try {
    return JSON.parse(localStorage.getItem(key) || "null") ?? {};
  } catch {
    return {};
  }
}

export function choose(changes) {
  try {
    localStorage.setItem(key, JSON.stringify({ ...chosen(), ...changes }));
  } catch {
    // A browser that keeps nothing: it holds for this page alone.
  }
}

export function forget() {
  localStorage.removeItem(key);
}

export class HelperError extends Error {
  constructor(code) {
    super(code);
    this.code = code;
  }

  get words() {
    const told = JSON.parse(document.getElementById("helper-words")?.textContent || "{}");
    return told[this.code] ?? told.other ?? this.code;
  }
}

// Returns the answer; throws a HelperError with the helper's code, "helper.away" without an answer.
export async function call(place, path, { method = "GET", body = null, type = "application/json", token = chosen().token, patience = 60000 } = {}) {
  const headers = { Authorization: `Bearer ${token ?? ""}` };
  if (method === "POST") headers["Content-Type"] = type;
  let answer;
  try {
    answer = await fetch(`${place}/v1/${path}`, { method, headers, body, mode: "cors", credentials: "omit", cache: "no-store", referrerPolicy: "no-referrer", signal: AbortSignal.timeout(patience) });
  } catch {
    throw new HelperError("helper.away");
  }
  if (answer.ok) return answer;
  const told = await answer.json().catch(() => ({}));
  throw new HelperError(told.code ?? "other");
}
