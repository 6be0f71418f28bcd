// Messages at the foot of the page. Good news leaves by itself; errors stay until they are closed.
// A server can raise one with HX-Trigger: {"toast": {"text": "…", "level": "success|error"}}.
import { each } from "./each.js";

const stay = { success: 7000, info: 7000, warning: 12000 };

each(".toast", (toast) => {
  let timer = 0;
  const time = toast.querySelector("form,a") ? 12000 : stay[toast.dataset.level];
  const leave = () => toast.remove();
  const wait = () => {
    clearTimeout(timer);
    if (time) timer = setTimeout(leave, time);
  };
  for (const event of ["mouseenter", "focusin"]) toast.addEventListener(event, () => clearTimeout(timer));
  for (const event of ["mouseleave", "focusout"]) toast.addEventListener(event, wait);
  toast.querySelector("[data-close]")?.addEventListener("click", leave);
  wait();
});

export function raise(text, level = "info") {
  const place = document.getElementById(level === "error" ? "toasts-alert" : "toasts-status");
  const pattern = document.getElementById("toast-pattern");
  if (!place || !pattern) return;
  const toast = pattern.content.cloneNode(true).querySelector(".toast");
  toast.classList.add(`toast--${level}`);
  toast.dataset.level = level;
  toast.querySelector("[data-text]").textContent = text;
  place.append(toast);
  window.htmx?.process(toast);
}

document.addEventListener("toast", (event) => raise(event.detail.text ?? event.detail.value, event.detail.level));
document.addEventListener("htmx:response:error", (event) => {
  const { ctx } = event.detail;
  const words = document.getElementById("toast-pattern")?.dataset.msgFailed;
  if (ctx.response.status >= 500 && words) raise(words.replace("{code}", ctx.response.status), "error");
});
