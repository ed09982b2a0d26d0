// Exports of every client. Each entry point adds its own exports. All models are public.

export type { Page } from "./call/page.ts";
export type { EventPlace, TransportEvent } from "./call/transport-event.ts";
export type { SessionOptions } from "./client/options.ts";
export type { SessionClient } from "./client/session-client.ts";
export type * from "./errors/error-types.ts";
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
export {
  type Address,
  type Cidr,
  containsAddress,
  type ParsedCidr,
  parseAddress,
  parseCidr,
} from "./generated/cidr.ts";
export type * from "./models/api-key.ts";
export type * from "./models/audit-event.ts";
export type * from "./models/automation-token.ts";
export type { CallOptions } from "./models/call-options.ts";
export type * from "./models/rotation.ts";
export * from "./models/session.ts";
export type * from "./models/session-info.ts";
export type {
  ClaimVerdict,
  CreateTrustInput,
  Creator,
  Grant,
  PipelineRun,
  Trust,
  TrustLogEntry,
  TrustLogInput,
  TrustProvider,
  TrustVerdict,
  TrustWarning,
} from "./models/trust.ts";
export type { Audit } from "./resources/audit.ts";
export type { Auth } from "./resources/auth.ts";
export type { Keys } from "./resources/keys.ts";
export type { Rotations } from "./resources/rotations.ts";
export type { Tokens } from "./resources/tokens.ts";
export type { Trusts } from "./resources/trusts.ts";
export { isSecret, Secret } from "./secret/secret.ts";
