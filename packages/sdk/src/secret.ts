const BRAND = Symbol.for("@briksync/sdk/secret");
const INSPECT = Symbol.for("nodejs.util.inspect.custom");
const REDACTED = "[redacted]";

/**
 * A value that is shown only once, such as a new `clientSecret`. It prints as `[redacted]` in
 * strings, templates, JSON, `console.log`, a spread and a structured clone; `reveal()` opens it.
 */
export class Secret {
  readonly #value: string;
  /** Stands in for the value wherever own properties are copied or printed. */
  readonly secret = REDACTED;

  constructor(value: string) {
    this.#value = value;
  }

  /** The value itself. Hand it straight to where it is stored; do not keep it in a variable that is logged. */
  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return REDACTED;
  }

  toJSON(): string {
    return REDACTED;
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
