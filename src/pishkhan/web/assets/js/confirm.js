// What can't be undone asks for a second, named press; no browser dialog. components/confirm.html
// What comes under a finger by itself takes no press of that finger at once: neither the question on
// a page just opened (the next letter to sign) nor the answer to a question just asked. Keys and
// readers of screens are not kept waiting. With data-direct the deed's own key is deliberate enough:
// it asks nothing.
import { each } from "./each.js";

const calm = 700;

function steady(element) {
  element.style.pointerEvents = "none";
  setTimeout(() => (element.style.pointerEvents = ""), calm);
}

each("[data-confirm]", (root) => {
  const ask = root.querySelector("[data-ask]");
  const panel = root.querySelector("[data-key-scope]");
  const back = panel.querySelector("[data-back]");
  const show = (open) => {
    panel.hidden = !open;
    ask.hidden = open;
    ask.setAttribute("aria-expanded", String(open));
    steady(open ? panel : ask);
    (open ? panel : ask).focus();
    if (open) panel.scrollIntoView({ block: "nearest" }); // on a phone the bar below would lie over it
  };
  ask.addEventListener("click", (event) => {
    if (ask.dataset.direct === undefined || event.isTrusted) return show(true);
    ask.form.requestSubmit(panel.querySelector("[type=submit]")); // keys.js clicks, no finger does
  });
  back.addEventListener("click", () => show(false));
  steady(ask);
});
