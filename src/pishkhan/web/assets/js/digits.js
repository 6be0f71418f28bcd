// Inputs with data-digits take digits of any set, show those of the page's language, send Latin ones.
import { each } from "./each.js";
import { latin, local } from "./numerals.js";

function show(input) {
  const shown = local(input.value);
  if (shown === input.value) return;
  const { selectionStart, selectionEnd } = input;
  input.value = shown;
  if (document.activeElement === input) input.setSelectionRange(selectionStart, selectionEnd);
}

each("input[data-digits]", (input) => {
  if (input.type === "number") input.type = "text";
  input.inputMode ||= "numeric";
  show(input);
  input.addEventListener("input", () => show(input));
});

// FormData is what both htmx and plain forms send.
document.addEventListener("formdata", (event) => {
  for (const input of event.target.elements) {
    if (input.dataset?.digits === undefined || !input.name || input.disabled) continue;
    const values = event.formData.getAll(input.name);
    event.formData.delete(input.name);
    for (const value of values) event.formData.append(input.name, latin(value));
  }
});
document.addEventListener("htmx:config:request", (event) => {
  const { body, form } = event.detail.ctx.request;
  const scope = form ?? event.target;
  const inputs = scope.matches?.("input[data-digits]") ? [scope] : scope.querySelectorAll?.("input[data-digits][name]") ?? [];
  for (const input of inputs) if (body?.has?.(input.name)) body.set(input.name, latin(body.get(input.name)));
});
