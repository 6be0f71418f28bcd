// Sends a file as it is and shows how far it is: first on its way, then being taken in. The answer
// is a stream of JSON lines; the last one holds the report, drawn by the server, or a refusal.
import { csrf } from "./csrf.js";
import { each, fill } from "./each.js";
import { local } from "./numerals.js";

each("[data-import]", (root) => {
  const form = root.querySelector("form");
  const file = form.querySelector("input[type=file]");
  const keep = form.querySelector("input[name=keep]");
  const start = form.querySelector("[data-start]");
  const cancel = form.querySelector("[data-cancel]");
  const state = form.querySelector("[data-state]");
  const bar = state.querySelector("progress");
  const words = state.querySelector("[data-words]");
  const result = root.querySelector("[data-result]");
  let running = null;

  function tell(sentence, percent) {
    state.hidden = false;
    bar.hidden = percent === undefined;
    bar.value = percent ?? 0;
    words.textContent = fill(sentence, { n: local(percent ?? 0) });
  }
  function end(sentence) {
    running = null;
    start.disabled = false;
    cancel.hidden = true;
    if (sentence) tell(sentence);
    else state.hidden = true;
  }
  function read(text) {
    let last = null;
    for (const line of text.split("\n")) {
      try {
        last = JSON.parse(line);
      } catch {
        continue; // the line is not whole yet
      }
    }
    return last;
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (running) return;
    if (!file.files.length) {
      tell(root.dataset.msgChoose);
      file.focus();
      return;
    }
    result.replaceChildren();
    start.disabled = true;
    cancel.hidden = false;
    const request = (running = new XMLHttpRequest());
    request.open("POST", root.dataset.url + (keep.checked ? "?keep=1" : ""));
    request.setRequestHeader("X-CSRFToken", csrf());
    request.setRequestHeader("Content-Type", "application/octet-stream");
    request.setRequestHeader("Accept", "application/json");
    request.upload.addEventListener("progress", (sent) => {
      if (sent.lengthComputable) tell(root.dataset.msgSending, Math.floor((100 * sent.loaded) / sent.total));
    });
    request.addEventListener("progress", () => {
      const told = read(request.responseText);
      if (told?.percent !== undefined) tell(root.dataset.msgWorking, told.percent);
    });
    request.addEventListener("load", () => {
      const told = read(request.responseText) ?? {};
      if (told.html === undefined) return end(told.error ?? told.title ?? root.dataset.msgFailed);
      end();
      result.innerHTML = told.html;
      result.scrollIntoView({ block: "nearest" });
    });
    request.addEventListener("error", () => end(root.dataset.msgFailed));
    request.addEventListener("abort", () => end(root.dataset.msgCancelled));
    tell(root.dataset.msgSending, 0);
    request.send(file.files[0]);
  });
  cancel.addEventListener("click", () => running?.abort());
});
