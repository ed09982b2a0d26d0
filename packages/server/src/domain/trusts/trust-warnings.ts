import type { TrustRecord } from "../../store/records.ts";

/** Kinds of warnings. */
export const trustWarningTypes = ["NO_ENVIRONMENT", "ALL_KEYS", "LONG_TOKENS", "UNPROTECTED_REF"] as const;

/** Why a trust allows more than most pipelines need. */
export interface TrustWarning {
  readonly type: (typeof trustWarningTypes)[number];
  readonly message: string;
}

const longTtlSeconds = 1_800;

/** Returns the warnings of a trust. `activeKeyIds` are all active keys of its company. */
export function listTrustWarnings(
  { provider, claims, keyIds, ttlSeconds }: Pick<TrustRecord, "provider" | "claims" | "keyIds" | "ttlSeconds">,
  activeKeyIds: readonly string[],
): readonly TrustWarning[] {
  const hasEnvironments = provider === "github" || provider === "gitlab";
  const isWithoutEnvironment = hasEnvironments && claims["environment"] === undefined;
  const isUnprotected =
    provider === "gitlab" ? claims["ref_protected"] === "false" : provider === "github" && isWithoutEnvironment;
  const warnings: readonly [boolean, TrustWarning["type"], string][] = [
    [
      isWithoutEnvironment,
      "NO_ENVIRONMENT",
      "The trust pins no environment, so no reviewer approves its runs. Pin an environment with required reviewers",
    ],
    [
      isUnprotected,
      "UNPROTECTED_REF",
      "Everybody who may push to the branch can run the workflow. Protect the branch, or pin an environment",
    ],
    [
      activeKeyIds.every((id) => keyIds.includes(id)),
      "ALL_KEYS",
      "The trust covers all keys of the company. Name only the keys that the pipeline rotates",
    ],
    [
      ttlSeconds > longTtlSeconds,
      "LONG_TOKENS",
      `The tokens of a run work for ${Math.round(ttlSeconds / 60)} minutes. A stolen token works as long`,
    ],
  ];
  return warnings.filter(([applies]) => applies).map(([, type, message]) => ({ type, message }));
}
