// Exports of the clients for servers, in addition to `public.ts`: API credentials, verification and safe rotations.

export type { BrikSyncOptions } from "./client/options.ts";
export type { ServerClient } from "./client/server-client.ts";
export type { ServerKeys } from "./client/server-keys.ts";
export { isRotationInterrupted } from "./errors/guards.ts";
export {
  type DeliveryState,
  type InterruptionFacts,
  RotationInterruptedError,
  type RotationStep,
  type SecretsState,
} from "./errors/rotation-interrupted.ts";
export type * from "./models/device-sign-in.ts";
export type * from "./models/safe-rotation.ts";
export type { ExplainOptions, TrustExplanation } from "./models/trust.ts";
export type * from "./models/verify-result.ts";
export type * from "./models/workload-identity.ts";
export type { ServerAuth } from "./resources/server-auth.ts";
export type { ServerTrusts } from "./resources/server-trusts.ts";
export { inspectSecret, type SecretInspection } from "./secret/inspect-secret.ts";
