// The two ways in which a check ends badly; each has a code that words.json has a sentence for.

export class Trouble extends Error {
  constructor(code, values = {}) {
    super(code);
    this.code = code;
    this.values = values; // what stands in the sentence
  }
}

// What was read is not what it claims to be.
export class Refused extends Trouble {}

// What was given could not be read, so nothing is said of it.
export class Unreadable extends Trouble {}

// Refusals that tell of the policy and not of the paper: no verdict, "not known".
export const UNKNOWN = ["key-unknown", "log-unknown", "log-unsigned", "no-policy", "root-unknown"];
