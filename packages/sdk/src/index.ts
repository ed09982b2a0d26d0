import { checkHeaderValue } from "./call/header-value.ts";
import type { BrikSyncOptions } from "./client/options.ts";
import { readOptions, ServerClient } from "./client/server-client.ts";
import { makeRuntime } from "./client/standard-runtime.ts";
import { readFault } from "./transport/fault-codes.ts";
import { createFetchTransport } from "./transport/fetch-transport.ts";
import { undiciTransport } from "./transport/undici-transport.ts";
import { VERSION } from "./version.ts";

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
 * The client for Node. With an access token or a session, it manages keys. With API credentials or a client secret, it can
 * `verify` them. Throws `ConfigurationError` if the options are not valid.
 *
 * @example
 * const briksync = new BrikSync({ baseUrl: "https://api.example.com", accessToken });
 * for await (const key of briksync.keys.list()) console.log(key.name);
 */
export class BrikSync extends ServerClient {
  constructor(options: BrikSyncOptions | string = {}) {
    const read = readOptions(options);
    const transport = read.fetch === undefined ? undiciTransport : createFetchTransport(read.fetch, readFault);
    super(read, makeRuntime(transport, writeUserAgent(read.userAgent)));
  }
}

function writeUserAgent(own: string | undefined): string {
  const name = `briksync-sdk/${VERSION}`;
  return own === undefined ? name : `${checkHeaderValue("userAgent", own)} ${name}`;
}
