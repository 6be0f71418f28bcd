// Taking over at a counter: choosing a name leads to the PIN, and there the arrows choose the name.
import { each } from "./each.js";

each("form[data-switch]", (form) => {
  const pin = form.elements.pin;
  const names = [...form.querySelectorAll("input[type=radio]")];
  form.addEventListener("change", (event) => event.target.type === "radio" && pin.focus());
  form.addEventListener("click", (event) => event.target.closest("label.switch-person") && setTimeout(() => pin.focus()));
  pin.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step || names.length < 2) return;
    event.preventDefault();
    const at = names.findIndex((name) => name.checked);
    names[(at + step + names.length) % names.length].checked = true;
  });
});
