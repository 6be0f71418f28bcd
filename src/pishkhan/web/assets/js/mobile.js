// A mobile number is checked when its field is left; the server checks again.
// <input data-mobile data-msg-wrong="…">; what is wrong is written to the element named by data-verdict.
import { each } from "./each.js";
import { latin, local } from "./numerals.js";

export const isMobile = (text) => /^(\+98|0098|98|0)?9\d{9}$/.test(latin(text).replace(/[^\d+]/g, ""));

each("input[data-mobile]", (input) => {
  const place = document.getElementById(input.dataset.verdict);
  const told = document.getElementById(`${input.id}-error`); // what the server said last
  const judge = (finished) => {
    const wrong = Boolean(input.value.trim()) && !isMobile(input.value);
    if (wrong && !finished) return;
    input.setAttribute("aria-invalid", String(wrong));
    place.textContent = wrong ? local(input.dataset.msgWrong) : "";
    place.className = wrong ? "field-error" : "field-good";
  };
  input.addEventListener("input", () => {
    told?.remove();
    judge(false);
  });
  input.addEventListener("blur", () => told?.isConnected || judge(true));
});
