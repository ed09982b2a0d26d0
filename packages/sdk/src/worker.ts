import type { BrikSyncOptions } from "./client/options.ts";
import { readOptions, ServerClient } from "./client/server-client.ts";
import { makeRuntime } from "./client/standard-runtime.ts";
import { ConfigurationError } from "./errors/errors.ts";
import { readFault } from "./transport/fault-codes.ts";
import { createFetchTransport } from "./transport/fetch-transport.ts";

export type { Page } from "./call/page.ts";
export type { EventPlace, TransportEvent } from "./call/transport-event.ts";
export type { BrikSyncOptions, SessionOptions } from "./client/options.ts";
export type { ServerClient } from "./client/server-client.ts";
export type { ServerKeys } from "./client/server-keys.ts";
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
export { type AnyBrikSyncError, isApiError, isBrikSyncError, isRotationInterrupted } from "./errors/guards.ts";
export { readRotationHolder } from "./errors/rotation-holder.ts";
export type { DeliveryState, RotationHolder, RotationStep, SecretsState } from "./errors/rotation-interrupted.ts";
export { type InterruptionFacts, RotationInterruptedError } from "./errors/rotation-interrupted.ts";
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
export type {
  DeliveryContext,
  LeaseLoss,
  RotateSafelyOptions,
  RotationContext,
  RotationProgress,
  SafeRotation,
  StagedSecret,
} from "./models/safe-rotation.ts";
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
export type {
  IncomingHeaders,
  RefusedCredential,
  VerifiedCredential,
  VerifyInput,
  VerifyResult,
} from "./models/verify-result.ts";
export type { Audit } from "./resources/audit.ts";
export type { Auth } from "./resources/auth.ts";
export type { Keys } from "./resources/keys.ts";
export type { Rotations } from "./resources/rotations.ts";
export { inspectSecret, type SecretInspection } from "./secret/inspect-secret.ts";
export { isSecret, Secret } from "./secret/secret.ts";

/**
 * The client for Deno, Bun and edge workers. It uses their `fetch` and has the same methods as the client for Node. In a
 * browser page, it refuses API credentials. Bundlers should use the client for browsers there.
 *
 * @example
 * const briksync = new BrikSync({ baseUrl: "https://api.example.com", clientSecret: env.CLIENT_SECRET });
 * const result = await briksync.verify();
 */
export class BrikSync extends ServerClient {
  constructor(options: BrikSyncOptions | string = {}) {
    const read = readOptions(options);
    if (read.clientSecret !== undefined && isBrowserPage()) {
      throw new ConfigurationError(
        "Do not use API credentials in a browser, because every visitor can read them. Use a session.",
      );
    }
    super(read, makeRuntime(createFetchTransport(read.fetch, readFault)));
  }
}

function isBrowserPage(): boolean {
  return "window" in globalThis && "document" in globalThis;
}
