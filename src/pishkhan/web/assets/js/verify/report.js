// What was found, as plain data for programs: the same as `pishkhan-verify --json` gives.
import { hex, utf8 } from "./bytes.js";
import { Refused, Trouble } from "./errors.js";
import { checkCode, checkPages, judge } from "./judge.js";
import { readPolicy } from "./policy.js";
import { looksLikeQr, readQr } from "./promise.js";
import { held } from "./read.js";
import { gather } from "./roots.js";
import { secondText } from "./entry.js";

// Judges texts and the bytes of files at `now` (POSIX seconds) under the bytes of a policy; compares
// code and digests of pages if given. `roots`, `statements`, `revocations`: bytes of files (roots.js).
export function check({ inputs, policy, now, code, pages, ...papers }) {
  try {
    const trusted = readPolicy(policy);
    const stated = gather(papers);
    const items = inputs.flatMap((given) => {
      if (typeof given !== "string") return held(given);
      return looksLikeQr(given) ? [readQr(given)] : held(utf8(given));
    });
    const found = judge(items, trusted, now, stated);
    if (code !== undefined) checkCode(found, code);
    if (pages) checkPages(found, pages);
    return told(found);
  } catch (trouble) {
    if (!(trouble instanceof Trouble)) throw trouble;
    return { ok: false, exit: trouble instanceof Refused ? 1 : 2, code: trouble.code };
  }
}

function told(found) {
  const { head } = found;
  return {
    ok: true,
    about: found.about,
    verdict: found.level,
    origin: found.origin,
    policy_date: found.policy.madeOn,
    commitment: found.commit,
    slip: found.slip ?? null,
    fields: found.fields,
    index: plain(found.index),
    checkpoints: head ? [{ size: plain(head.size), root: hex(head.root) }] : [],
    cosigned: Object.fromEntries([...found.cosigned].map(([name, at]) => [name, plain(at)])),
    not_before: plain(found.notBefore),
    not_after: plain(found.notAfter),
    log_by: found.logBy === undefined ? null : secondText(found.logBy),
    stated: found.stated.map(({ agency, number }) => ({ agency, number })),
    cautions: found.cautions.map(({ at, ...rest }) => (at === undefined ? rest : { ...rest, at: secondText(at) })),
  };
}

const plain = (number) => (number === undefined ? null : Number(number));
