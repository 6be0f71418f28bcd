// <button data-print>: prints the page. <article data-print-now>: prints it once its pictures are
// there; the address loses its ?print=1 first, so that neither a reload nor "back" prints it again.
// A receipt for the roll goes to this PC's helper without a dialog, when the PC is set so; when the
// helper can not, it says why, and the next press prints by the browser.
import { csrf } from "./csrf.js";
import { each } from "./each.js";
import { call, chosen, HelperError } from "./helper.js";
import { raise } from "./toast.js";

let failed = false;

// That a receipt went to the printer is told once, for the close of day.
let told = false;
function tell() {
  const url = document.querySelector("[data-printed]")?.dataset.printed;
  if (!url || told) return;
  told = true;
  fetch(url, { method: "POST", headers: { "X-CSRFToken": csrf() }, credentials: "same-origin", keepalive: true })
    .then((answer) => (told = answer.ok))
    .catch(() => (told = false));
}
window.addEventListener("afterprint", tell);

async function print() {
  const paper = document.querySelector("[data-receipt]");
  const { token, print: wanted, printer = "" } = chosen();
  if (!paper || !token || !wanted || failed) {
    window.print();
    return tell();
  }
  try {
    const receipt = await fetch(paper.dataset.receipt, { credentials: "same-origin" });
    if (!receipt.ok || receipt.headers.get("Content-Type") !== "application/pdf") throw new HelperError("other");
    const path = printer ? `print/${encodeURIComponent(printer)}` : "print";
    const answer = await call(paper.dataset.helper, path, { method: "POST", body: await receipt.blob(), type: "application/pdf" });
    const { waits } = await answer.json();
    tell();
    raise(waits ? paper.dataset.msgWaits : paper.dataset.msgPrinted, waits ? "warning" : "success");
  } catch (error) {
    failed = true;
    const words = error instanceof HelperError ? error.words : new HelperError("other").words;
    raise(`${words} ${paper.dataset.msgBrowser}`, "error");
  }
}

each("[data-print]", (button) => {
  let busy = false;
  button.addEventListener("click", async () => {
    if (busy) return;
    busy = true;
    await print();
    busy = false;
  });
});

each("[data-print-now]", async (paper) => {
  const address = new URL(location.href);
  address.searchParams.delete("print");
  history.replaceState(history.state, "", address);
  const pictures = [...paper.querySelectorAll("img")];
  await Promise.all([document.fonts.ready, ...pictures.map((picture) => picture.decode().catch(() => {}))]);
  print();
});
