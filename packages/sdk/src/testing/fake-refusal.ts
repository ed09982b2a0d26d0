import type { ErrorDetail, KnownApiErrorType } from "../errors/error-types.ts";
import { errorCatalog } from "../generated/error-catalog.ts";

/** How a refusal differs from its type's usual one. */
export interface RefusalOptions {
  readonly message?: string | undefined;
  readonly details?: readonly ErrorDetail[] | undefined;
  readonly retryAfterSeconds?: number | undefined;
}

/** The fake server says no: status and body as the real one has them for the type. */
export class FakeRefusal extends Error {
  readonly type: KnownApiErrorType;
  readonly details: readonly ErrorDetail[] | undefined;
  readonly retryAfterSeconds: number | undefined;

  constructor(type: KnownApiErrorType, { message, details, retryAfterSeconds }: RefusalOptions = {}) {
    super(message ?? errorCatalog[type][1]);
    this.type = type;
    this.details = details;
    this.retryAfterSeconds = retryAfterSeconds;
  }

  get status(): number {
    return errorCatalog[this.type][0];
  }
}

/** A 422 about one field. */
export function refuseField(path: string, message: string): FakeRefusal {
  return new FakeRefusal("VALIDATION_FAILED", {
    message: `${path.slice(1)} ${message}`,
    details: [{ path, message }],
  });
}

/** The type that stands for a status when a test only names the status. */
export function pickErrorType(status: number): KnownApiErrorType {
  const found = Object.entries(errorCatalog).find(([, [known]]) => known === status);
  return (found?.[0] as KnownApiErrorType | undefined) ?? (status < 500 ? "BAD_REQUEST" : "INTERNAL");
}
