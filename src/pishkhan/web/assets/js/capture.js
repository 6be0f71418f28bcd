// Page capture of the counter desk (components/capture.html). Loaded only where it is used.
import { each } from "./each.js";
import { start } from "./capture/widget.js";

each("[data-capture]", start);
