import { assembleClient } from "./client-parts.ts";
import { ConfigurationError } from "./errors.ts";
import { checkOptionNames } from "./option-names.ts";
import type { SessionOptions } from "./options.ts";
import { SessionClient } from "./session-client.ts";
import { makeRuntime } from "./standard-runtime.ts";
import { createFetchTransport } from "./transport/fetch-transport.ts";

export type { CallOptions } from "./call-options.ts";
export type {
  ApiErrorType,
  ClientErrorType,
  ErrorDetail,
  ErrorType,
  KnownApiErrorType,
  KnownErrorType,
  Outcome,
} from "./error-types.ts";
export {
  AbortedError,
  ApiError,
  BrikSyncError,
  ConfigurationError,
  ConnectionError,
  type ErrorFacts,
  isApiError,
  isBrikSyncError,
  ResponseError,
  TimeoutError,
} from "./errors.ts";
export { inspectSecret, type SecretInspection } from "./inspect-secret.ts";
export type {
  AllowedIp,
  AllowIpInput,
  ApiKey,
  ApiKeyWithSecret,
  CreateKeyInput,
  KeyStatus,
  ListKeysInput,
  ListKeysPageInput,
} from "./models/api-key.ts";
export type { AuditAction, AuditEvent, ListAuditEventsInput } from "./models/audit-event.ts";
export type {
  ChangePasswordInput,
  Company,
  CompanyMembership,
  SessionInfo,
  SignInInput,
  SignInResult,
  User,
} from "./models/session-info.ts";
export type { SessionOptions as BrikSyncOptions, SessionOptions } from "./options.ts";
export type { Page } from "./page.ts";
export type { Audit } from "./resources/audit.ts";
export type { Auth } from "./resources/auth.ts";
export type { Keys } from "./resources/keys.ts";
export { isSecret, Secret } from "./secret.ts";
export { createMemorySessionStore, type Session, type SessionStore } from "./session.ts";
export type { EventPlace, TransportEvent } from "./transport-event.ts";

/**
 * The client for browsers: sessions only. It takes no API credential and has no `verify`, sends no header beyond
 * Authorization, Content-Type, Accept and Idempotency-Key, and no cookie.
 */
export class BrikSync extends SessionClient {
  constructor(options: SessionOptions = {}) {
    refuseSecrets(options);
    checkOptionNames(options, []);
    super(assembleClient(options, makeRuntime(createFetchTransport(options.fetch, { credentials: "omit" }))));
  }
}

/** TypeScript refuses them already; JavaScript and casts must not get through either. */
function refuseSecrets(options: unknown): void {
  const isSecretText = (text: unknown): boolean => typeof text === "string" && text.startsWith("sec_");
  const given = Object(options) as Record<string, unknown>;
  if (
    typeof options !== "object" ||
    "clientSecret" in given ||
    "clientId" in given ||
    isSecretText(given["accessToken"])
  ) {
    throw new ConfigurationError(
      "A client secret must not be used in a browser, where every visitor can read it. Sign in and use the session instead.",
    );
  }
}
