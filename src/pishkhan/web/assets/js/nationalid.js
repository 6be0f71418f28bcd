// The national ID is checked while it is typed; the server checks again.
// data-national-id="off": the number is of another register, which the form's select says.
// <input data-digits data-national-id data-msg-right="…" data-msg-wrong="…" data-msg-short="…">
// The verdict is written to the element named by data-verdict, and announced there (aria-live).
import { each } from "./each.js";
import { latin, local } from "./numerals.js";

export function verdict(text) {
  const digits = latin(text).replace(/\D/g, "");
  if (!digits) return "empty";
  if (digits.length < 10) return "short";
  if (digits.length > 10 || /^(\d)\1{9}$/.test(digits)) return "wrong";
  const sum = [...digits.slice(0, 9)].reduce((total, d, i) => total + d * (10 - i), 0);
  const rest = sum % 11;
  return Number(digits[9]) === (rest < 2 ? rest : 11 - rest) ? "right" : "wrong";
}

each("input[data-national-id]", (input) => {
  const place = document.getElementById(input.dataset.verdict);
  const judge = (finished) => {
    if (input.dataset.nationalId === "off") {
      // It is another register's number: nothing is said of it here.
      input.removeAttribute("aria-invalid");
      if (place) place.textContent = "";
      return;
    }
    const now = verdict(input.value);
    const told = now === "short" && !finished ? "empty" : now;
    input.setAttribute("aria-invalid", String(told === "wrong" || told === "short"));
    if (place) {
      const length = latin(input.value).replace(/\D/g, "").length;
      const words = { right: input.dataset.msgRight, wrong: input.dataset.msgWrong, short: input.dataset.msgShort }[told] ?? "";
      place.textContent = words.replace("{n}", local(10 - length));
      place.className = told === "right" ? "field-good" : "field-error";
    }
    if (now === "right" && input.dataset.was !== input.value) {
      input.dataset.was = input.value;
      input.dispatchEvent(new CustomEvent("national-id", { bubbles: true, detail: latin(input.value) }));
    }
  };
  const told = document.getElementById(`${input.id}-error`); // what the server said last
  input.addEventListener("input", () => {
    told?.remove();
    judge(false);
  });
  input.addEventListener("blur", () => told?.isConnected || judge(true));
  if (input.value && !told) judge(true);
});
