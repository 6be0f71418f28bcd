// "Listen": reads a text aloud with the voice of the device. Hidden where there is no such voice;
// where there are voices, but none of the page's language, what stands behind the button says so.
// <button data-listen="#status" data-msg-stop="…" hidden>…</button><p data-no-voice hidden>…</p>
import { each } from "./each.js";

each("[data-listen]", (button) => {
  const speech = window.speechSynthesis;
  if (!speech) return;
  const lang = document.documentElement.lang;
  const voice = () => speech.getVoices().find((one) => one.lang.toLowerCase().startsWith(lang));
  const words = button.querySelector("[data-words]") ?? button;
  const listen = words.textContent;
  const silent = button.parentElement.querySelector("[data-no-voice]");
  const look = () => {
    button.hidden = !voice();
    if (silent) silent.hidden = !button.hidden || speech.getVoices().length === 0;
  };
  const rest = () => {
    words.textContent = listen;
    button.setAttribute("aria-pressed", "false");
  };
  look();
  speech.addEventListener?.("voiceschanged", look);
  button.addEventListener("click", () => {
    if (speech.speaking) {
      speech.cancel();
      return rest();
    }
    const source = document.querySelector(button.dataset.listen);
    const said = new SpeechSynthesisUtterance(source.dataset.speech ?? source.innerText);
    said.voice = voice();
    said.lang = said.voice.lang;
    said.rate = 0.9;
    said.onend = rest;
    speech.speak(said);
    words.textContent = button.dataset.msgStop ?? listen;
    button.setAttribute("aria-pressed", "true");
  });
});
