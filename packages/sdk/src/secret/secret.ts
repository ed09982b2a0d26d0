import { createFingerprint } from "./fingerprint.ts";

const brand = Symbol.for("@briksync/sdk/secret");
const inspect = Symbol.for("nodejs.util.inspect.custom");
const redacted = "[redacted]";

/**
 * A secret value, such as a new `clientSecret`. It prints as `[redacted]` in strings, templates, JSON, `console.log`,
 * spreads and structured clones.
 *
 * Two secrets are deeply equal (`toEqual`, `assert.deepEqual`, lodash) only if their values are equal. The comparison
 * uses `fingerprint`, which does not reveal the value.
 *
 * @example
 * const { clientSecret } = await briksync.keys.create({ name: "CRM" });
 * await vault.write(clientSecret.reveal());
 */
export class Secret {
  /** Replaces the value where own properties are copied or printed. */
  readonly secret = redacted;
  /** Identifies the value within this process. It is not a digest of the value. */
  readonly fingerprint: string;
  /** Returns the value. Pass it directly to its destination, so that it is not logged. */
  declare readonly reveal: () => string;

  constructor(value: string) {
    this.fingerprint = createFingerprint(value);
    // A closure instead of a private field, because proxies of frameworks call methods with the proxy as `this`.
    Object.defineProperty(this, "reveal", { value: () => value });
    // Vue does not wrap frozen objects, and frozen objects cannot be changed.
    Object.freeze(this);
  }

  toString(): string {
    return redacted;
  }

  toJSON(): string {
    return redacted;
  }

  /** Returns the fingerprint, because some libraries compare objects by `valueOf` or `toString`. */
  valueOf(): string {
    return this.fingerprint;
  }

  [Symbol.toPrimitive](): string {
    return redacted;
  }

  [inspect](): string {
    return redacted;
  }

  get [brand](): true {
    return true;
  }
}

/** Returns whether a value is a `Secret`, also of another copy of this package in the same process. */
export function isSecret(value: unknown): value is Secret {
  return typeof value === "object" && value !== null && (value as Record<symbol, unknown>)[brand] === true;
}

/** Returns the value of a string or `Secret`. */
export function revealSecret(value: string | Secret): string {
  return typeof value === "string" ? value : value.reveal();
}
