import { assembleClient } from "./client/client-parts.ts";
import type { SessionOptions } from "./client/options.ts";
import { SessionClient } from "./client/session-client.ts";
import { makeRuntime } from "./client/standard-runtime.ts";
import { ConfigurationError } from "./errors/errors.ts";
import type { FaultReading } from "./transport/fault-codes.ts";
import { createFetchTransport } from "./transport/fetch-transport.ts";

export type { Page } from "./call/page.ts";
export type { EventPlace, TransportEvent } from "./call/transport-event.ts";
export type { SessionOptions as BrikSyncOptions, SessionOptions } from "./client/options.ts";
export type { SessionClient } from "./client/session-client.ts";
export type {
  ApiErrorType,
  ClientErrorType,
  ErrorDetail,
  ErrorType,
  KnownApiErrorType,
  KnownErrorType,
  Outcome,
} from "./errors/error-types.ts";
export {
  AbortedError,
  ApiError,
  BrikSyncError,
  ConfigurationError,
  ConnectionError,
  type ErrorFacts,
  ResponseError,
  TimeoutError,
} from "./errors/errors.ts";
export { type AnyBrikSyncError, isApiError, isBrikSyncError } from "./errors/guards.ts";
export { readRotationHolder } from "./errors/rotation-holder.ts";
export type { RotationHolder } from "./errors/rotation-interrupted.ts";
export type {
  AllowedIp,
  AllowIpInput,
  ApiKey,
  ApiKeyWithSecret,
  CreateKeyInput,
  KeyStatus,
  ListKeysInput,
  ListKeysPageInput,
  PendingRotation,
} from "./models/api-key.ts";
export type { AuditAction, AuditEvent, ListAuditEventsInput } from "./models/audit-event.ts";
export type { CallOptions } from "./models/call-options.ts";
export type {
  AbortOptions,
  FinishOptions,
  LiveSecret,
  RenewedLease,
  RenewOptions,
  RotateOptions,
  StagedRotation,
  StageOptions,
} from "./models/rotation.ts";
export { createMemorySessionStore, type Session, type SessionStore } from "./models/session.ts";
export type {
  ChangePasswordInput,
  Company,
  CompanyMembership,
  SessionInfo,
  SignInInput,
  SignInResult,
  User,
} from "./models/session-info.ts";
export type { Audit } from "./resources/audit.ts";
export type { Auth } from "./resources/auth.ts";
export type { Keys } from "./resources/keys.ts";
export type { Rotations } from "./resources/rotations.ts";
export { isSecret, Secret } from "./secret/secret.ts";

/**
 * The client for browsers. It supports sessions only: it accepts no API credentials and has no `verify`. It sends no
 * cookies, and only the headers Authorization, Content-Type, Accept and Idempotency-Key.
 *
 * @example
 * const briksync = new BrikSync({ baseUrl: "https://api.example.com", accessToken: () => getAccessToken() });
 */
export class BrikSync extends SessionClient {
  constructor(options: SessionOptions = {}) {
    refuseSecrets(options);
    super(
      assembleClient(
        options,
        makeRuntime(createFetchTransport(options.fetch, readBrowserFault, { credentials: "omit" })),
      ),
    );
  }
}

/** Network errors of browsers have no code, so the request may have been sent. */
function readBrowserFault(error: unknown): FaultReading {
  return { kind: "connection", mayBeSent: true, fault: { message: String((error as Error).message), code: "" } };
}

function hasCredential(options: object): boolean {
  const { clientId, clientSecret } = options as Record<string, unknown>;
  return clientId !== undefined || clientSecret !== undefined;
}

/** Refuses API credentials at run time, because JavaScript and casts bypass the types. */
function refuseSecrets(options: SessionOptions): void {
  const isSecretAlone = typeof options !== "object" || String(options.accessToken).startsWith("sec_");
  if (isSecretAlone || hasCredential(options)) {
    throw new ConfigurationError(
      "Do not use API credentials in a browser, because every visitor can read them. Use a session.",
    );
  }
}
