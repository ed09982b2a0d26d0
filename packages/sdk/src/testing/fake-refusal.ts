import type { ErrorDetail, KnownApiErrorType } from "../errors/error-types.ts";
import { errorCatalog } from "../generated/error-catalog.ts";

/** Properties of a refusal that differ from the defaults of its type. */
interface RefusalOptions {
  readonly message?: string | undefined;
  readonly details?: readonly ErrorDetail[] | undefined;
  readonly retryAfterSeconds?: number | undefined;
}

/** A refusal with the same status and body as on the real server. */
export class FakeRefusal extends Error {
  readonly type: KnownApiErrorType;
  readonly options: RefusalOptions;

  constructor(type: KnownApiErrorType, options: RefusalOptions = {}) {
    super(options.message ?? errorCatalog[type][1]);
    this.type = type;
    this.options = options;
  }

  get status(): number {
    return errorCatalog[this.type][0];
  }
}

/** Returns a 422 for one field. */
export function refuseField(path: string, message: string): FakeRefusal {
  return new FakeRefusal("VALIDATION_FAILED", {
    message: `${path.slice(1)} ${message}`,
    details: [{ path, message }],
  });
}

/** Returns the default error type of a status, for tests that set only the status. */
export function pickErrorType(status: number): KnownApiErrorType {
  const found = Object.entries(errorCatalog).find(([, [known]]) => known === status);
  return (found?.[0] as KnownApiErrorType | undefined) ?? (status < 500 ? "BAD_REQUEST" : "INTERNAL");
}
