import type { Secret } from "../secret/secret.ts";
import type { CallOptions } from "./call-options.ts";
import type { Creator } from "./trust.ts";

/** A token for a system without its own identity, such as Jenkins or cron. Times are ISO 8601 in UTC. */
export interface AutomationToken {
  readonly id: string;
  readonly name: string;
  /** What the token may do: `rotate`. */
  readonly may: readonly string[];
  readonly keyIds: readonly string[];
  /** IP ranges from which the token works. If the list is empty, it works from every address. */
  readonly fromCidrs: readonly string[];
  readonly createdOn: string;
  readonly createdBy: Creator;
  readonly expiresAt: string;
  /** Null while the token is not revoked. */
  readonly revokedOn: string | null;
  /** Null before the first use. */
  readonly lastUsedAt: string | null;
  readonly lastUsedIp: string | null;
  /** When `tokens.rotate` returned a token that was not used yet. Null if there is none. */
  readonly pendingSince: string | null;
}

/** The result of `tokens.create` and `tokens.rotate`. The server returns the token only here. */
export interface AutomationTokenWithSecret extends AutomationToken {
  /** The token: `aut_` and 48 hex digits. Pass it as `accessToken` to a client. */
  readonly token: Secret;
  /** Whether the server replayed an earlier response with the same `idempotencyKey`. */
  readonly isReplay: boolean;
}

/** Input of `tokens.create`. See its example. */
export interface CreateTokenInput {
  /** Name of the token, 1 to 100 characters. */
  readonly name: string;
  readonly may: readonly "rotate"[];
  /** IDs of 1 to 100 keys. */
  readonly keyIds: readonly string[];
  /** When the token expires, at most 365 days from now. */
  readonly expiresAt: string | Date;
  /** IP addresses or CIDR ranges from which the token works. By default, it works from every address. */
  readonly fromCidrs?: readonly string[] | undefined;
}

/** Options of `tokens.rotate`. See its example. */
export interface RotateTokenOptions extends CallOptions {
  /** When the new token expires. By default, it has the same lifetime as the first token when it was created. */
  readonly expiresAt?: string | Date | undefined;
}
