// Runs cases from standard input through the built page's own check, and prints what it says.
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

await import(pathToFileURL(process.argv[2]).href);
const bytes = (text) => new Uint8Array(Buffer.from(text, "base64"));
const cases = JSON.parse(readFileSync(0, "utf8"));
const told = cases.map((each) =>
  globalThis.pishkhanVerify.check({
    ...each,
    policy: bytes(each.policy),
    roots: each.roots === undefined ? undefined : bytes(each.roots),
    statements: each.statements.map(bytes),
    revocations: each.revocations.map(bytes),
    inputs: each.inputs.map((given) => (typeof given === "string" ? given : bytes(given.bytes))),
  }),
);
console.log(JSON.stringify(told));
