// "This PC": connects this browser with the helper of its PC, and keeps what is chosen for it.
import { each } from "./each.js";
import { call, choose, chosen, forget, HelperError } from "./helper.js";

const every = 1500;
const patience = 5 * 60 * 1000;

function newCode() {
  const [number] = crypto.getRandomValues(new Uint32Array(1));
  return String(number % 1e8).padStart(8, "0");
}

each("[data-this-pc]", (root) => {
  const words = root.dataset;
  const place = words.helper;
  const form = root.querySelector("[data-paired]");
  const unpaired = root.querySelector("[data-unpaired]");
  const fault = root.querySelector("[data-fault]");
  const { device, source, mode, resolution, watch, print, printer } = form.elements;
  let turn = 0; // of the code that is shown; an older one is over

  function tell(error) {
    fault.hidden = !error;
    fault.querySelector("[data-words]").textContent = error ? (error.words ?? error) : "";
  }

  function list(select, first, rows, value) {
    select.replaceChildren(new Option(first, ""), ...rows.map(([name, title]) => new Option(title, name)));
    if (value && !rows.some(([name]) => name === value)) select.append(new Option(value, value));
    select.value = value ?? "";
  }

  async function ask(path) {
    try {
      return await (await call(place, path)).json();
    } catch (error) {
      if (error.code === "gate.token" || error.code === "gate.origin") throw error;
      tell(error);
      return null;
    }
  }

  async function look() {
    tell(null);
    const { scan = {}, printer: named } = chosen();
    const status = await ask("status");
    if (!status) return;
    watch.disabled = !status.folder;
    root.querySelector("[data-no-folder]").hidden = status.folder;
    const printers = await ask("printers");
    list(printer, words.msgUsual, (printers?.names ?? []).map((name) => [name, name]), named);
    const scanners = await ask("scanners");
    const rows = (scanners ?? []).map((one) => [one.name, one.title]);
    list(device, rows.length ? words.msgFirst : words.msgNone, rows, scan.device);
  }

  async function show() {
    const { token, scan = {} } = chosen();
    unpaired.hidden = Boolean(token);
    form.hidden = !token;
    if (!token) return;
    source.value = scan.source ?? "auto";
    mode.value = scan.mode ?? "grey";
    resolution.value = String(scan.resolution ?? 200);
    watch.checked = Boolean(chosen().watch);
    print.checked = Boolean(chosen().print);
    try {
      await look();
    } catch (error) {
      // Ended on the other side: the way back is to connect anew.
      forget();
      unpaired.hidden = false;
      form.hidden = true;
      tell(error);
    }
  }

  async function connect(code, mine) {
    const until = Date.now() + patience;
    while (mine === turn && Date.now() < until) {
      try {
        const answer = await call(place, "pair", { method: "POST", body: JSON.stringify({ code }), token: "" });
        const { token } = await answer.json();
        choose({ token, print: true, watch: true });
        root.querySelector("[data-pairing]").hidden = true;
        document.dispatchEvent(new CustomEvent("toast", { detail: { text: words.msgConnected, level: "success" } }));
        await show();
        return device.focus();
      } catch (error) {
        if (!(error instanceof HelperError)) throw error;
      }
      await new Promise((done) => setTimeout(done, every));
    }
    if (mine === turn) {
      root.querySelector("[data-pairing]").hidden = true;
      tell(words.msgOver);
    }
  }

  root.querySelector("[data-show]").addEventListener("click", () => {
    tell(null);
    turn += 1;
    const code = newCode();
    root.querySelector("[data-code]").textContent = `${code.slice(0, 4)} ${code.slice(4)}`;
    root.querySelector("[data-line]").textContent = `pishkhan-desk pair ${location.origin} ${code}`;
    root.querySelector("[data-pairing]").hidden = false;
    connect(code, turn);
  });
  root.querySelector("[data-again]").addEventListener("click", show);
  root.querySelector("[data-end]").addEventListener("click", async () => {
    await call(place, "pair", { method: "DELETE" }).catch(() => {}); // gone there, or never to be heard again
    forget();
    document.dispatchEvent(new CustomEvent("toast", { detail: { text: words.msgEnded, level: "info" } }));
    await show();
    root.querySelector("[data-show]").focus();
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("change", () => {
    choose({
      scan: { device: device.value, source: source.value, mode: mode.value, resolution: Number(resolution.value) },
      watch: watch.checked,
      print: print.checked,
      printer: printer.value,
    });
    root.querySelector("[data-kept]").textContent = words.msgKept;
  });
  show();
});
