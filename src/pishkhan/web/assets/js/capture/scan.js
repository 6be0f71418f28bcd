// Pages from this PC's scanner and watched folder, by the helper. Nothing is asked of it before a
// person has connected it: an unconnected PC shows no button and makes no request.
import { fill } from "../each.js";
import { call, chosen } from "../helper.js";
import { local } from "../numerals.js";

const pause = 300;
const every = 3000;
const taken = new Set(); // files of the folder that this page has in hand
let looking = 0;

const wait = (time) => new Promise((done) => setTimeout(done, time));

export function scanner(capture) {
  const { root, words } = capture;
  const button = root.querySelector("[data-scan]");
  const panel = root.querySelector("[data-scanning]");
  const place = words.helper;
  if (!button || !chosen().token) return;
  button.hidden = false;
  let batch = null;
  let stopped = false;

  function tell(pages) {
    panel.querySelector("[data-words]").textContent = fill(words.msgScanning, { n: local(pages) });
  }

  async function take(number) {
    const answer = await call(place, `scans/${batch}/${number}`);
    const blob = await answer.blob();
    const ending = blob.type === "image/png" ? "png" : "jpg";
    await capture.take([new File([blob], `scan-${number}.${ending}`, { type: blob.type })]);
  }

  async function run() {
    const { scan = {} } = chosen();
    let came = 0;
    const begun = await call(place, "scans", { method: "POST", body: JSON.stringify(scan) });
    batch = (await begun.json()).id;
    for (let asked = false; ; ) {
      if (stopped && !asked) {
        asked = true; // once: the second DELETE forgets a batch that is over
        await call(place, `scans/${batch}`, { method: "DELETE" });
      }
      const row = await (await call(place, `scans/${batch}`)).json();
      while (came < row.pages) {
        await take(came + 1);
        came += 1;
        tell(came);
      }
      if (row.state !== "running") return { error: row.error === "scanner.cancelled" ? "" : row.error, came };
      await wait(pause);
    }
  }

  async function start() {
    if (panel.hidden === false) return;
    stopped = false;
    batch = null;
    panel.hidden = false;
    button.setAttribute("aria-busy", "true");
    tell(0);
    capture.scanFault = "";
    capture.tell();
    capture.taking += 1; // a form that is sent now waits for the pages
    const before = capture.pages.length;
    let fault = null;
    try {
      const { error, came } = await run();
      if (error) fault = { code: error, came };
    } catch (error) {
      // Stopped when its last page had just come: the helper has forgotten it, and nothing is amiss.
      if (!stopped || error.code !== "scan.unknown") fault = { code: error.code ?? "other", came: capture.pages.length - before };
    }
    if (batch) call(place, `scans/${batch}`, { method: "DELETE" }).catch(() => {}); // it forgets by itself later
    capture.taking -= 1;
    panel.hidden = true;
    button.removeAttribute("aria-busy");
    if (fault) {
      capture.held = null; // the letter does not go with half of its pages
      const sentences = [wordsOf(fault.code)];
      if (fault.came) sentences.push(fill(words.msgScanPart, { n: local(fault.came) }));
      capture.scanFault = sentences.join(" ");
      capture.tell();
      button.focus();
    } else {
      const last = capture.pages[capture.pages.length - 1];
      if (capture.pages.length > before && (document.activeElement === button || document.activeElement === document.body)) last.button.focus();
    }
    capture.write();
  }

  button.addEventListener("click", start);
  panel.querySelector("[data-stop]").addEventListener("click", () => {
    stopped = true;
    button.focus();
  });
  if (chosen().watch) {
    clearInterval(looking);
    looking = setInterval(() => look(capture, place), every);
    look(capture, place);
  }
}

function wordsOf(code) {
  const told = JSON.parse(document.getElementById("helper-words")?.textContent || "{}");
  return told[code] ?? told.other ?? code;
}

// One look into the watched folder. A file goes to "done" there once it has arrived here.
let busy = false;
async function look(capture, place) {
  if (!capture.root.isConnected) return clearInterval(looking);
  if (busy || document.hidden || !navigator.onLine) return;
  busy = true;
  try {
    const papers = await (await call(place, "folder")).json();
    for (const paper of papers.filter((one) => !taken.has(one.id))) {
      taken.add(paper.id);
      const blob = await (await call(place, `folder/${paper.id}`)).blob();
      const done = () => call(place, `folder/${paper.id}`, { method: "POST", body: "{}" }).catch(() => taken.delete(paper.id));
      await capture.take([new File([blob], paper.name, { type: blob.type })], false, done);
    }
  } catch (error) {
    // A helper that is off is told by the button; a look that failed is tried again.
    if (error.code === "gate.token" || error.code === "gate.origin" || error.code === "folder.none") clearInterval(looking);
  } finally {
    busy = false;
  }
}
