// The page that checks receipts in the browser alone (docs/howto/verify.md). Where there is no page
// (a test under Node) only the check itself is given out.
import { start } from "./verify/page.js";
import { check } from "./verify/report.js";

globalThis.pishkhanVerify = { check };
if (typeof document !== "undefined") start();
