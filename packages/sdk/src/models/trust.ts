import type { ApiErrorType } from "../errors/error-types.ts";
import type { CallOptions, ListLimits } from "./call-options.ts";

/** A CI platform whose tokens a trust can accept. */
export type TrustProvider = "github" | "gitlab" | "buildkite" | "circleci" | "kubernetes";

/** The person who created a trust or a token. `hasLeft` is true if they were disabled or left the company. */
export interface Creator {
  readonly email: string;
  readonly hasLeft: boolean;
}

/** A run of a pipeline, with the names that its platform uses. */
export interface PipelineRun {
  readonly repository: string;
  readonly workflow: string;
  readonly runId: string;
}

/** A weakness of a trust. A newer server may return other types. */
export interface TrustWarning {
  readonly type: "NO_ENVIRONMENT" | "ALL_KEYS" | "LONG_TOKENS" | "UNPROTECTED_REF" | (string & {});
  readonly message: string;
}

/** A trust: which jobs of a CI platform may act on which keys. Times are ISO 8601 in UTC. */
export interface Trust {
  readonly id: string;
  readonly name: string;
  /** A newer server may return other values. */
  readonly provider: TrustProvider | (string & {});
  /** The `iss` of the platform's tokens. */
  readonly issuer: string;
  /** The exact value that each claim of the platform's token must have. */
  readonly claims: Readonly<Record<string, string>>;
  /** What a job may do: `rotate`. */
  readonly may: readonly string[];
  readonly keyIds: readonly string[];
  /** How long a token of a job works, in seconds. */
  readonly ttlSeconds: number;
  /** IP ranges from which jobs may call. If the list is empty, they may call from every address. */
  readonly fromCidrs: readonly string[];
  /** How often a job may exchange one token of its platform. */
  readonly reuse: number;
  readonly createdOn: string;
  readonly createdBy: Creator;
  /** Null while the trust is enabled. */
  readonly disabledOn: string | null;
  /** The last job that the trust allowed. Null if there was none. */
  readonly lastRun: ({ readonly on: string } & PipelineRun) | null;
  readonly warnings: readonly TrustWarning[];
}

/** Input of `trusts.create`. See its example. */
export interface CreateTrustInput {
  /** Name of the trust, 1 to 100 characters. */
  readonly name: string;
  readonly provider: TrustProvider;
  /** The `iss` of the platform's tokens. Required if each installation of the provider has its own. */
  readonly issuer?: string | undefined;
  /** The exact value that each claim must have. Each provider requires some claims. */
  readonly claims: Readonly<Record<string, string>>;
  readonly may: readonly "rotate"[];
  /** IDs of 1 to 100 keys. */
  readonly keyIds: readonly string[];
  /** How long a token of a job works, in seconds (60 to 3600). The default is 900. */
  readonly ttlSeconds?: number | undefined;
  /** IP addresses or CIDR ranges from which jobs may call. By default, they may call from every address. */
  readonly fromCidrs?: readonly string[] | undefined;
  /** How often a job may exchange one token of its platform. The default depends on the provider. */
  readonly reuse?: number | undefined;
}

/** An exchange that a trust allowed or refused. */
export interface TrustLogEntry {
  readonly id: string;
  readonly on: string;
  readonly outcome: "allowed" | "refused" | (string & {});
  /** Why it was refused. Null if it was allowed. */
  readonly type: ApiErrorType | null;
  /** The first claim that did not match, and the value that the job's token had. */
  readonly claim: string | null;
  readonly has: string | null;
  readonly run: PipelineRun;
  readonly ip: string | null;
}

/** Filter of `trusts.log`. See its example. */
export interface TrustLogInput extends ListLimits {
  /** Returns only refused exchanges. */
  readonly refused?: boolean | undefined;
}

/** The verdict about one claim. `wants` is null if no trust can allow the value. */
export interface ClaimVerdict {
  readonly claim: string;
  readonly has: string | null;
  readonly wants: string | null;
  readonly ok: boolean;
}

/** The result of `trusts.test`. */
export interface TrustVerdict {
  readonly allowed: boolean;
  readonly claims: readonly ClaimVerdict[];
}

/** The result of `trusts.explain`: the verdict for a job, without the expected values. */
export interface TrustExplanation {
  readonly allowed: boolean;
  /** Why the exchange would be refused. Null if it would be allowed. */
  readonly type: ApiErrorType | null;
  /** Empty if the trust does not exist or is disabled, or if the token is not valid. */
  readonly claims: readonly Omit<ClaimVerdict, "wants">[];
}

/** Options of `trusts.explain`. See its example. */
export interface ExplainOptions extends CallOptions {
  /** The default is the trust of the client's `workloadIdentity`. */
  readonly trustId?: string | undefined;
}

/** The permissions of the token of a trust or of an automation token. */
export interface Grant {
  /** `trust` for a token of a job, `token` for an automation token. */
  readonly kind: "trust" | "token" | (string & {});
  /** ID and name of the trust or the automation token. */
  readonly id: string;
  readonly name: string;
  readonly may: readonly string[];
  readonly keyIds: readonly string[];
  /** When the token of this call expires (ISO 8601). */
  readonly expiresAt: string;
  readonly company: { readonly id: string; readonly name: string; readonly plan: string };
  /** The run of a job. Null for an automation token. */
  readonly run: PipelineRun | null;
}
