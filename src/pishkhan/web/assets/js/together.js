// <form data-together>: says how many answers are marked as read; without one there is nothing to sign.
import { each, fill } from "./each.js";
import { local } from "./numerals.js";

each("[data-together]", (form) => {
  const words = form.querySelector("[data-marked]");
  const none = words.textContent;
  const ask = form.querySelector("[data-ask]");
  const settle = () => {
    const n = form.querySelectorAll("[data-read]:checked").length;
    words.textContent = n ? fill(words.dataset.msgSome, { n: local(n) }) : none;
    ask.disabled = !n;
  };
  form.addEventListener("change", settle);
  window.addEventListener("pageshow", settle);
  settle();
});
