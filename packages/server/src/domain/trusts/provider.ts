import type { PipelineRun } from "../access.ts";

/** Claims of a token as its issuer wrote them. */
export type Claims = Readonly<Record<string, unknown>>;

/** A claim that no trust can allow. `value` is its value in the token, or null if the token has none. */
export interface RefusedClaim {
  readonly claim: string;
  readonly value: string | null;
}

/** Names of all providers. */
export const providerNames = ["github", "gitlab", "buildkite", "circleci", "kubernetes"] as const;

/** Name of a provider. */
export type ProviderName = (typeof providerNames)[number];

/** The rules for the tokens of a provider. */
export interface Provider {
  /** The issuer of trusts that name none. Null if each installation has its own. */
  readonly issuer: string | null;
  /** Returns whether a trust may name an issuer that the operator did not list. */
  isIssuer(issuer: string): boolean;
  /** Claims that a trust must pin: at least one of each list. */
  readonly required: readonly (readonly string[])[];
  /** Further claims that a trust may pin. */
  readonly optional: readonly string[];
  /**
   * The claims that identify the organization. If one of them differs, the trust belongs to somebody else, and the
   * caller learns nothing about it. Empty if the issuer identifies the organization.
   */
  readonly owner: readonly string[];
  /** How often a job may exchange one token. Platforms that issue one token per job need more than one. */
  readonly reuseMax: number;
  /** Whether `aud` is a list with one entry instead of a text. */
  readonly hasAudienceList: boolean;
  /**
   * Returns the values of claims that a trust can pin, by their names. Leaves out a claim that is missing, or that is
   * not a text, a number or a Boolean. Such a claim matches nothing.
   */
  read(claims: Claims): ReadonlyMap<string, string>;
  /** Returns the claim for which no trust that pins these claims can allow a token, or null. */
  findRefused(claims: Claims, pinned: ReadonlySet<string>): RefusedClaim | null;
  describeRun(claims: Claims): PipelineRun;
}
