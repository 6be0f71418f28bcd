// The CSRF token goes with every request of htmx that changes something.
import { csrf } from "./csrf.js";

document.addEventListener("htmx:config:request", (event) => {
  const { request } = event.detail.ctx;
  if (!["GET", "HEAD"].includes(request.method)) request.headers["X-CSRFToken"] = csrf();
});

// A button with an address of its own sends the form there, as it does without a script.
document.addEventListener("htmx:config:request", (event) => {
  const { request, sourceElement } = event.detail.ctx;
  const other = sourceElement.matches("form") && request.submitter?.getAttribute("formaction");
  if (other) request.action = other;
});

// A second press while the first is under way must do nothing (plain forms; htmx has its queue).
document.addEventListener("submit", (event) => {
  const form = event.target;
  const token = form.elements.csrfmiddlewaretoken;
  if (token && !token.value) token.value = csrf(); // a partial drawn without the page's context
  if (event.defaultPrevented || form.matches("[hx-post],[hx-get],[hx-put],[data-repeatable]")) return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "1";
  event.submitter?.setAttribute("aria-busy", "true");
});
window.addEventListener("pageshow", () => {
  document.querySelectorAll("form[data-sent]").forEach((form) => delete form.dataset.sent);
  document.querySelectorAll('[aria-busy="true"]').forEach((button) => button.removeAttribute("aria-busy"));
});
