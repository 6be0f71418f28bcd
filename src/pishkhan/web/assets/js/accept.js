// The acceptance form at the counter: Enter goes on to the next field, a right number looks its
// person up, and Enter on the button that shows the masked name confirms that the card was seen.
// The Enter that a card reader sends after the digits only leads to that button: nobody's name and
// mobile are opened before a person has looked. Sentences come from the server.
import { each } from "./each.js";
import { csrf } from "./csrf.js";
import { latin } from "./numerals.js";
import { isOver, over } from "./session.js";
import { verdict } from "./nationalid.js";

async function ask(url, fields) {
  const answer = await fetch(url, {
    method: "POST",
    headers: { "X-CSRFToken": csrf() },
    body: new URLSearchParams(fields),
    credentials: "same-origin",
  });
  if (isOver(answer)) over();
  if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
  return answer;
}

function lineFailed(error) {
  if (error instanceof TypeError) document.dispatchEvent(new CustomEvent("line-failed"));
}

// Enter in a form of few fields goes on to the next empty one, and sends from the last.
each("form[data-enter-next]", (form) => {
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.ctrlKey || event.isComposing || !event.target.matches("input")) return;
    const inputs = [...form.querySelectorAll("input:not([type=hidden])")];
    const next = inputs.find((input, at) => at > inputs.indexOf(event.target) && !input.value.trim());
    if (!next) return;
    event.preventDefault();
    next.focus();
  });
});

each("form[data-accept]", (form) => {
  const { number, name, mobile, agency, subject, card } = form.elements;
  const idKind = form.elements.id_kind;
  const agencyId = form.elements.agency_id;
  const place = form.querySelector("[data-person]");
  const fields = form.querySelector("[data-person-fields]");
  const seen = form.querySelector("[data-card-seen]");
  const alike = form.querySelector("[data-similar]");
  const submit = form.querySelector("[data-submit]");
  let asked = ""; // the number that was looked up last
  let looking = null;
  let wish = false; // Enter came before the answer
  let lastKey = "";

  const digits = () => latin(number.value).replace(/[\s-]/g, "");
  const unconfirmed = () => place.querySelector("[data-known]");
  const go = (element) => {
    element?.focus();
    element?.select?.();
  };
  const first = () => (name.value.trim() ? agency : name);
  const fold = form.querySelector("[data-beside]");
  const firm = () => idKind.value === "legal";
  // A firm's letter has somebody who brings it; everybody else goes on to the agency.
  const afterPerson = () => {
    const bearer = form.elements.bearer_name;
    if (!firm() || bearer.value.trim()) return agency;
    fold.open = true;
    return bearer;
  };

  function draw(html) {
    place.innerHTML = html;
    fields.hidden = Boolean(unconfirmed());
  }

  async function lookUp() {
    const key = `${idKind.value}:${digits()}`;
    if (key === asked || !digits()) return looking;
    asked = key;
    if (card.value) {
      card.value = name.value = mobile.value = "";
      seen.hidden = true;
    }
    looking = (async () => {
      try {
        const answer = await ask(form.dataset.lookUp, { id_kind: idKind.value, number: digits() });
        const html = await answer.text();
        if (asked === key) draw(name.value.trim() ? "" : html);
      } catch (error) {
        asked = "";
        draw(""); // the name is written by hand; the work goes on
        lineFailed(error);
      }
      looking = null;
      if (wish) goOn();
    })();
    return looking;
  }

  // From the number: to the button of a known person, else to the fields of a new one.
  function goOn() {
    wish = false;
    go(place.querySelector("[data-card-button]") ?? first());
  }

  async function confirm() {
    const known = unconfirmed();
    if (!known) return go(first());
    try {
      const answer = await ask(form.dataset.card, { person: known.dataset.known });
      const person = await answer.json();
      name.value = person.name;
      mobile.value = person.mobile;
      form.elements.mobile_of.value = person.whose;
      if (person.whose) fold.open = true;
      card.value = "1";
      seen.hidden = false;
      mobile.dispatchEvent(new Event("input", { bubbles: true }));
      draw("");
      go(mobile.value ? afterPerson() : mobile);
    } catch (error) {
      draw("");
      go(name);
      lineFailed(error);
    }
  }

  // Enter in the fold goes through its fields, and from the last one back to the letter.
  function nextIn(place, from) {
    const fields = [...place.querySelectorAll("input,select,textarea")];
    return fields[fields.indexOf(from) + 1];
  }
  for (const words of form.querySelectorAll("[data-writes]")) {
    words.addEventListener("click", (event) => {
      const word = event.target.closest("[data-word]")?.dataset.word;
      const line = document.getElementById(words.dataset.writes);
      if (!word || !line) return;
      const comma = document.documentElement.lang === "fa" ? "،" : ",";
      const there = line.value.split(/[,،]/).map((each) => each.trim()).filter(Boolean);
      if (!there.includes(word)) line.value = [...there, word].join(`${comma} `);
      line.dispatchEvent(new Event("input", { bubbles: true }));
    });
  }

  async function compare() {
    if (!agencyId.value || !subject.value.trim() || !digits()) return alike.replaceChildren();
    try {
      const answer = await ask(form.dataset.similarUrl, {
        number: digits(),
        agency_id: agencyId.value,
        subject: subject.value,
        body: form.elements.body?.value ?? "",
        pages: form.elements.pages?.value ?? "[]",
      });
      alike.innerHTML = await answer.text();
    } catch (error) {
      lineFailed(error);
    }
  }

  number.addEventListener("national-id", lookUp);
  number.addEventListener("input", () => {
    if (`${idKind.value}:${digits()}` !== asked && asked) draw("");
  });
  // A number tells its register by its look: letters are a passport's, 11 digits a firm's, 12 a
  // foreigner's. What was chosen by hand stays.
  let guessed = idKind.value === "national";
  const judged = number.dataset.nationalId !== undefined;
  function registerOf(typed) {
    if (/[A-Z]/i.test(typed)) return "passport";
    return { 11: "legal", 12: "foreign" }[typed.length] ?? "national";
  }
  function settleKind() {
    if (firm()) fold.open = true;
    number.labels[0].textContent = idKind.selectedOptions[0].text;
    number.inputMode = idKind.value === "passport" ? "text" : "numeric";
    if (judged) number.dataset.nationalId = idKind.value === "national" ? "" : "off";
  }
  number.addEventListener("input", () => {
    const kind = registerOf(digits());
    if (!guessed || kind === idKind.value) return;
    idKind.value = kind;
    settleKind();
  }, true);
  settleKind();
  idKind.addEventListener("change", () => {
    guessed = false;
    settleKind();
    number.dispatchEvent(new Event("blur"));
    asked = "";
    draw("");
    if (idKind.value !== "national" || verdict(number.value) === "right") lookUp();
  });
  place.addEventListener("click", (event) => event.target.closest("[data-card-button]") && confirm());
  form.addEventListener("combobox-change", (event) => {
    if (event.detail.id && lastKey !== "Tab") go(subject);
    compare();
  });
  subject.addEventListener("change", compare);
  form.elements.body?.addEventListener("change", compare);
  number.addEventListener("change", compare);
  let files = "";
  form.addEventListener("pages-changed", () => {
    const now = form.elements.pages?.value ?? "";
    if (now !== files) compare();
    files = now;
  });

  // What the server said of a field last is over once the field is changed.
  const settle = (input) => {
    document.getElementById(`${input.id}-error`)?.remove();
    if (input.dataset.nationalId === undefined && input.dataset.mobile === undefined) input.removeAttribute("aria-invalid");
    const summary = form.querySelector("#form-errors");
    summary?.querySelector(`a[href="#${input === agency ? "id_agency_id" : input.id}"]`)?.closest("li").remove();
    if (summary && !summary.querySelector("li")) summary.remove();
  };
  form.addEventListener("input", (event) => settle(event.target));
  form.addEventListener("combobox-change", (event) => event.detail.id && settle(agency));
  form.addEventListener("pages-changed", (event) => {
    const place = form.querySelector("#id_pages");
    if (place && event.detail.pages.length) settle(place);
    if (place && event.detail.pages.length) place.remove();
  });

  form.addEventListener("keydown", (event) => (lastKey = event.key), true);
  form.addEventListener("keydown", async (event) => {
    if (event.key !== "Enter" || event.ctrlKey || event.altKey || event.isComposing || event.defaultPrevented) return;
    const { target } = event;
    if (!target.matches("input,select") || target.closest("[data-capture]")) return;
    event.preventDefault();
    if (target === number) {
      if (idKind.value === "national" && verdict(number.value) !== "right") return;
      lookUp();
      if (looking) wish = true;
      else goOn();
    } else if (target === name) go(mobile);
    else if (target === mobile) go(afterPerson());
    else if (fold.contains(target)) go(nextIn(fold, target) ?? agency);
    else if (target === agency) agencyId.value && go(subject);
    else if (target === subject) go(form.querySelector("[data-add]"));
    else if (target === form.elements.taken_on) go(form.elements.backdate_reason);
    else go(submit);
  });

  // What could not be sent is kept: the draft is saved again, here or on the server.
  document.addEventListener("htmx:error", () => form.isConnected && form.dispatchEvent(new Event("change", { bubbles: true })));
  if (form.querySelector("#form-errors")) go(form.querySelector('[aria-invalid="true"]') ?? form.querySelector("#form-errors"));
  else if (verdict(number.value) === "right" && !name.value.trim()) lookUp();
});
