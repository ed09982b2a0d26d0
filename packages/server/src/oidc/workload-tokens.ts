import type { ListedIssuer, WorkloadTokens } from "../domain/trusts/workload-tokens.ts";
import { readIssuer, verifyAssertion } from "./assertion.ts";
import { Issuers } from "./issuers.ts";
import { providers } from "./providers/providers.ts";

/** Returns the tokens of all providers and their issuers, over HTTP. */
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
