// One calm bar while the line is down; it goes away by itself. Never an error page.
// <div id="offline-bar" data-ping="/healthz" data-msg-back="…" hidden>
const bar = document.getElementById("offline-bar");
const chips = () => document.querySelectorAll("[data-connection]");
const interval = 4000;
let down = false;
let timer = 0;

function draw() {
  for (const chip of chips()) {
    chip.toggleAttribute("data-off", down);
    const words = chip.querySelector("[data-words]") ?? chip;
    words.textContent = down ? chip.dataset.msgOff : chip.dataset.msgOn;
  }
}

function lost() {
  if (down || !bar) return;
  down = true;
  bar.removeAttribute("data-back");
  bar.querySelector("[data-down]").hidden = false;
  bar.querySelector("[data-up]").hidden = true;
  bar.hidden = false;
  draw();
  timer = setTimeout(ask, interval);
}

function found() {
  if (!down) return;
  down = false;
  clearTimeout(timer);
  bar.setAttribute("data-back", "");
  bar.querySelector("[data-down]").hidden = true;
  bar.querySelector("[data-up]").hidden = false;
  setTimeout(() => (bar.hidden = !down), 3000);
  draw();
  document.dispatchEvent(new CustomEvent("line-back"));
}

async function ask() {
  clearTimeout(timer);
  try {
    const answer = await fetch(bar.dataset.ping, { cache: "no-store" });
    if (answer.ok) return found();
  } catch {
    // still down
  }
  if (down) timer = setTimeout(ask, interval);
}

if (bar) {
  window.addEventListener("offline", lost);
  window.addEventListener("online", ask);
  document.addEventListener("line-failed", lost);
  document.addEventListener("htmx:error", (event) => {
    const { ctx, error } = event.detail;
    if (ctx && !ctx.response && (error instanceof TypeError || ctx.request?.signal?.reason === "timeout")) lost();
  });
  document.addEventListener("htmx:after:request", found);
  if (!navigator.onLine) lost();
}
