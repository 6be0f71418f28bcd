// <form data-passkey="make|use">: what the device answers goes into its field `credential`.
//
// The options stand in the page (<script type="application/json">) or come from the form's own
// address. Beside the form, [data-passkey-none] is shown where the browser or the address allows no
// passkeys, and [data-passkey-fault] with the words of data-msg-… when the device says no.
// Written out by hand: browsers that bring these conversions with them are newer than our oldest.
import { each } from "./each.js";

const unread = (text) =>
  Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (sign) => sign.charCodeAt(0));
const read = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
const keys = (list) => (list ?? []).map((key) => ({ ...key, id: unread(key.id) }));

async function make({ publicKey: told }) {
  return navigator.credentials.create({
    publicKey: {
      ...told,
      challenge: unread(told.challenge),
      user: { ...told.user, id: unread(told.user.id) },
      excludeCredentials: keys(told.excludeCredentials),
      // It opens the login alone: so it lies on the device, and the device asks who is there.
      authenticatorSelection: { residentKey: "required", requireResidentKey: true, userVerification: "required" },
    },
  });
}

async function use({ publicKey: told }) {
  return navigator.credentials.get({
    publicKey: { ...told, challenge: unread(told.challenge), allowCredentials: keys(told.allowCredentials) },
  });
}

function written(key) {
  const { response } = key;
  const answer = { clientDataJSON: read(response.clientDataJSON) };
  for (const part of ["attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (response[part]) answer[part] = read(response[part]);
  }
  if (response.getTransports) answer.transports = response.getTransports();
  return JSON.stringify({
    type: key.type,
    id: key.id,
    rawId: read(key.rawId),
    response: answer,
    clientExtensionResults: key.getClientExtensionResults(),
    authenticatorAttachment: key.authenticatorAttachment,
  });
}

async function options(form) {
  const given = form.querySelector("script[type='application/json']");
  if (given) return Object.values(JSON.parse(given.textContent))[0];
  const answer = await fetch(form.action, {
    headers: { Accept: "application/json", "X-Requested-With": "XMLHttpRequest" },
  });
  if (!answer.ok) throw new DOMException("", "NetworkError");
  return (await answer.json()).request_options;
}

each("[data-passkey]", (form) => {
  const around = form.parentElement;
  const fault = around.querySelector("[data-passkey-fault]");
  const able = window.isSecureContext && Boolean(window.PublicKeyCredential);
  form.hidden = !able;
  if (able) form.querySelector("[autofocus]")?.focus();
  for (const other of around.querySelectorAll("[data-passkey-none]")) other.hidden = able;
  const words = form.dataset;
  const told = { InvalidStateError: words.msgKnown, SecurityError: words.msgAddress, NetworkError: words.msgAgain };
  form.addEventListener("submit", async (event) => {
    const field = form.elements.namedItem("credential");
    if (field.value) return;
    event.preventDefault();
    fault.hidden = true;
    try {
      field.value = written(await (form.dataset.passkey === "make" ? make : use)(await options(form)));
    } catch (error) {
      fault.hidden = false;
      fault.querySelector("[data-words]").textContent = told[error.name] || words.msgNothing;
      return;
    }
    form.submit();
  });
});
