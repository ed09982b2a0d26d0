import type { Claims, Provider, ProviderName } from "./provider.ts";

/** A token with which a job proves its identity. Its signature, issuer, audience and times are valid. */
export interface Assertion {
  readonly issuer: string;
  /** Identifies the token among those of its issuer, so that it can be spent. */
  readonly id: string;
  /** When the token stops being valid, including the leeway for clocks. */
  readonly endsOn: Date;
  readonly claims: Claims;
}

/** The assertion of a token, or what is wrong with the token. */
export type ReadAssertion =
  | { readonly ok: true; readonly assertion: Assertion }
  | { readonly ok: false; readonly problem: string };

/** An issuer that the operator listed. It may be in the server's own network. */
export interface ListedIssuer {
  readonly provider: ProviderName;
  readonly issuer: string;
}

/** Verifies tokens of CI platforms, and has the rules of each platform. `oidc/` implements it. */
export interface WorkloadTokens {
  readonly providers: Readonly<Record<ProviderName, Provider>>;
  readonly listedIssuers: readonly ListedIssuer[];
  /** Returns the issuer that a token names, before anything is verified. Null if it names none. */
  readIssuer(token: string): string | null;
  /**
   * Verifies a token of an issuer. The caller makes sure that the issuer is known.
   * @throws {IdentityProviderUnavailableError} if the issuer does not return its keys.
   */
  verify(
    token: string,
    expected: { readonly issuer: string; readonly audience: string; readonly allowsAudienceList: boolean },
  ): Promise<ReadAssertion>;
}
