// Everything but page capture. Words come from the page by data attributes, never from here.
import htmx from "htmx.org";
import Alpine from "@alpinejs/csp";
import "./request.js";
import "./keys.js";
import "./digits.js";
import "./nationalid.js";
import "./autosave.js";
import "./offline.js";
import "./toast.js";
import "./combobox.js";
import "./confirm.js";
import "./viewer.js";
import "./listen.js";
import "./copy.js";
import "./print.js";
import "./menu.js";
import "./swipe.js";
import "./accept.js";
import "./refer.js";
import "./rows.js";
import "./ticks.js";
import "./renew.js";
import "./import.js";

window.htmx = htmx;
window.Alpine = Alpine;
Alpine.start();
