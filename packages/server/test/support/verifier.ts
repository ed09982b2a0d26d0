import type { ReadAssertion, WorkloadTokens } from "../../src/domain/trusts/workload-tokens.ts";
import { createWorkloadTokens } from "../../src/oidc/workload-tokens.ts";
import { type FakeIssuer, useFakeIssuer } from "./fake-issuer.ts";

/** The server that the tokens are for. */
export const audience = "https://keys.example.com";

/** Returns the current time in seconds, as in tokens. */
export const nowSeconds = (): number => Math.floor(Date.now() / 1_000);

/** A verifier of the tokens of one issuer. */
export interface VerifierSetup {
  readonly issuer: FakeIssuer;
  readonly tokens: WorkloadTokens;
  advance(milliseconds: number): void;
  verify(token: string, allowsAudienceList?: boolean): Promise<ReadAssertion>;
  /** Returns the problem of a token with these claims, or null. */
  findProblem(claims: object, header?: object, allowsAudienceList?: boolean): Promise<string | null>;
}

/** Starts an issuer, and verifies its tokens with a clock that can be advanced. */
export async function setUpVerifier(listed = true): Promise<VerifierSetup> {
  const issuer = await useFakeIssuer(audience);
  let passedMs = 0;
  const tokens = createWorkloadTokens({
    listedIssuers: listed ? [{ provider: "gitlab", issuer: issuer.url }] : [],
    now: () => new Date(Date.now() + passedMs),
    nowMs: () => performance.now() + passedMs,
    reportFailure: () => undefined,
  });
  const verify: VerifierSetup["verify"] = (token, allowsAudienceList = false) =>
    tokens.verify(token, { issuer: issuer.url, audience, allowsAudienceList });
  return {
    issuer,
    tokens,
    advance: (milliseconds) => {
      passedMs += milliseconds;
    },
    verify,
    findProblem: async (claims, header, allowsAudienceList) => {
      const read = await verify(await issuer.sign({ ...claims }, { ...header }), allowsAudienceList);
      return read.ok ? null : read.problem;
    },
  };
}
