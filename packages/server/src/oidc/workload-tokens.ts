import type { Provider, ProviderName } from "../domain/trusts/provider.ts";
import type { ListedIssuer, WorkloadTokens } from "../domain/trusts/workload-tokens.ts";
import { readIssuer, verifyAssertion } from "./assertion.ts";
import { Issuers } from "./issuers.ts";
import { buildkite } from "./providers/buildkite.ts";
import { circleci } from "./providers/circleci.ts";
import { github } from "./providers/github.ts";
import { gitlab } from "./providers/gitlab.ts";
import { kubernetes } from "./providers/kubernetes.ts";

/** All providers by name. */
export const providers: Readonly<Record<ProviderName, Provider>> = { github, gitlab, buildkite, circleci, kubernetes };

/** Returns the verifier for tokens of all providers. It fetches the keys of issuers over HTTP. */
export function createWorkloadTokens(options: {
  readonly listedIssuers: readonly ListedIssuer[];
  now(): Date;
  /** A monotonic clock, in milliseconds. */
  nowMs(): number;
  reportFailure(what: string, error: unknown): void;
}): WorkloadTokens {
  const { listedIssuers, now } = options;
  const issuers = new Issuers({
    ...options,
    wellKnown: new Set(Object.values(providers).flatMap(({ issuer }) => issuer ?? [])),
    listed: new Set(listedIssuers.map(({ issuer }) => issuer)),
  });
  return {
    providers,
    listedIssuers,
    readIssuer,
    verify: (token, expected) =>
      verifyAssertion(token, { ...expected, keys: issuers.getKeys(expected.issuer), now: now() }),
  };
}
