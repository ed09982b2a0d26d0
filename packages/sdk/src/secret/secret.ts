import { makeFingerprint } from "./fingerprint.ts";

const BRAND = Symbol.for("@briksync/sdk/secret");
const INSPECT = Symbol.for("nodejs.util.inspect.custom");
const REDACTED = "[redacted]";

/**
 * A value that is shown only once, such as a new `clientSecret`. It prints as `[redacted]` in
 * strings, templates, JSON, `console.log`, a spread and a structured clone; `reveal()` returns it.
 *
 * Two secrets are deeply equal (`toEqual`, `assert.deepEqual`, lodash) exactly if their values are. They are compared by
 * `fingerprint`, which says nothing about the value.
 */
export class Secret {
  /** Stands in for the value wherever own properties are copied or printed. */
  readonly secret = REDACTED;
  /** The same for the same value in this process, and different for another one. Not a digest of the value. */
  readonly fingerprint: string;
  /** Returns the value itself. Pass it straight to where it is stored. Do not keep it in a variable that is logged. */
  declare readonly reveal: () => string;

  constructor(value: string) {
    this.fingerprint = makeFingerprint(value);
    // A closure and no private field: proxies of frameworks call methods with themselves as `this`.
    Object.defineProperty(this, "reveal", { value: () => value });
    // Vue makes no proxy of a frozen object, and nobody can replace the value.
    Object.freeze(this);
  }

  toString(): string {
    return REDACTED;
  }

  toJSON(): string {
    return REDACTED;
  }

  /** The fingerprint. Libraries that compare objects by `valueOf` or `toString` must tell two secrets apart. */
  valueOf(): string {
    return this.fingerprint;
  }

  [Symbol.toPrimitive](): string {
    return REDACTED;
  }

  [INSPECT](): string {
    return REDACTED;
  }

  get [BRAND](): true {
    return true;
  }
}

/** Whether a value is a `Secret`, also one made by another copy of this package in the same process. */
export function isSecret(value: unknown): value is Secret {
  return typeof value === "object" && value !== null && (value as Record<symbol, unknown>)[BRAND] === true;
}

/** The text behind a string or `Secret`. */
export function revealSecret(value: string | Secret): string {
  return typeof value === "string" ? value : value.reveal();
}
