// <div data-renew="/counter/today" data-every="30">: its content is asked for again while somebody
// looks at the page, and drawn only when it has changed: nothing flickers, no focus is lost.
// What comes differs each time in the forms' tokens alone, so these are left out of the comparison;
// it is compared with what came before, as scripts may have marked what they found ("renewed").
import { each } from "./each.js";
import { isOver, over } from "./session.js";

const plain = (html) => html.replace(/(name="csrfmiddlewaretoken" value=")[^"]*/g, "$1").trim();

function drawn(html) {
  const away = document.createElement("template");
  away.innerHTML = html;
  return plain(away.innerHTML);
}

each("[data-renew]", (place) => {
  const every = Number(place.dataset.every || 30) * 1000;
  let asked = Date.now();
  let timer = 0;
  let last = plain(place.innerHTML);

  async function renew() {
    asked = Date.now();
    let html;
    try {
      const answer = await fetch(place.dataset.renew, { headers: { Accept: "text/html" }, credentials: "same-origin", cache: "no-store" });
      if (isOver(answer)) over();
      if (!answer.ok || answer.redirected) return;
      html = await answer.text();
    } catch (error) {
      if (error instanceof TypeError) document.dispatchEvent(new CustomEvent("line-failed"));
      return;
    }
    const next = drawn(html);
    if (next === last || place.contains(document.activeElement)) return;
    last = next;
    place.innerHTML = html;
    document.dispatchEvent(new CustomEvent("renewed"));
  }

  function wait() {
    clearTimeout(timer);
    if (document.hidden) return;
    timer = setTimeout(() => renew().then(wait), Math.max(0, asked + every - Date.now()));
  }

  document.addEventListener("visibilitychange", wait);
  document.addEventListener("line-back", () => renew());
  window.addEventListener("pageshow", (event) => event.persisted && renew());
  wait();
});
