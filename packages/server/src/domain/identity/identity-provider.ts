/** Claims of a provider's access token with valid signature, issuer, audience, role and times. */
export interface ProviderClaims {
  /** ID of the user at the provider. */
  readonly subject: string;
  /** ID of the session at the provider. A session has many tokens. */
  readonly sessionId: string;
  /**
   * Email address with lowercase ASCII letters. It shows whom to look for, but proves nothing (see {@link
   * IdentityProvider.readUser}).
   */
  readonly email: string;
  /** When the token was issued, as a canonical timestamp. */
  readonly issuedOn: string;
  /** Whether the user presented a second factor. */
  readonly isSecondFactorShown: boolean;
  readonly expiresAt: Date;
}

/** Tokens of a session of the provider. */
export interface ProviderTokens {
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly expiresInSeconds: number;
}

/** The user of a token, according to the provider. */
export interface ProviderUser {
  readonly subject: string;
  /** Current address of the user with lowercase ASCII letters, verified or not. Empty if there is none. */
  readonly email: string;
  /** The same address if it is verified. Null otherwise. */
  readonly verifiedEmail: string | null;
  /** Whether the user must present a second factor, of any kind. */
  readonly hasSecondFactor: boolean;
  /** The second factors that a page can ask for: those with a code. */
  readonly codeFactors: readonly CodeFactor[];
}

/** A second factor that the user presents as a code, from an app or in a text message. */
export interface CodeFactor {
  /** ID of the factor at the provider. */
  readonly id: string;
  readonly kind: "app" | "phone";
  /** Name that the user gave the factor. Null if there is none. */
  readonly name: string | null;
}

/** A started challenge of a factor, and the code with which the user answers it. */
interface FactorResponse {
  readonly factorId: string;
  readonly challengeId: string;
  readonly code: string;
}

/**
 * The outcome of a password change at the provider. `elsewhere`: the provider requires more than the current password.
 * `ended`: the session has ended at the provider. `reason` is a sentence without a full stop.
 */
export type ProviderPasswordChange =
  | { readonly outcome: "changed" | "elsewhere" | "ended" }
  | { readonly outcome: "refused"; readonly reason: string };

/** A sign-in by redirect. `challenge` is S256 of RFC 7636. */
export interface ProviderRedirect {
  readonly challenge: string;
  /** URL to which the provider sends the browser back with a code. */
  readonly returnUrl: string;
}

/**
 * An external service that authenticates users. Methods that call it throw {@link IdentityProviderUnavailableError} if
 * there is no usable response. Null means that the provider refused.
 */
export interface IdentityProvider {
  /** Identifies the provider and its project: the issuer of its tokens. */
  readonly name: string;
  /** Returns the claims of a valid token of the provider, or null. */
  readAccessToken(token: string): Promise<ProviderClaims | null>;
  /** Returns the user of a token. Null if the session has ended at the provider, or the user is banned or deleted. */
  readUser(accessToken: string): Promise<ProviderUser | null>;
  signIn(email: string, password: string): Promise<ProviderTokens | null>;
  refresh(refreshToken: string): Promise<ProviderTokens | null>;
  /** Exchanges the code of a redirect for tokens. A code works once. */
  exchangeCode(code: string, verifier: string): Promise<ProviderTokens | null>;
  /**
   * Starts a challenge of a second factor, and returns its ID. With a phone, this sends the code. Null if the factor or
   * the session is gone, or if the last message to the phone is too recent.
   */
  challengeFactor(accessToken: string, factorId: string): Promise<string | null>;
  /** Answers a challenge. Returns tokens of the same session, which show the second factor. */
  verifyFactor(accessToken: string, response: FactorResponse): Promise<ProviderTokens | null>;
  /** Ends the session of a token. Succeeds if it has already ended. */
  signOut(accessToken: string): Promise<void>;
  /** Changes the password of the token's user and ends their other sessions at the provider. */
  changePassword(accessToken: string, current: string, next: string): Promise<ProviderPasswordChange>;
  /** Returns the URL of a sign-in with a third party that the provider trusts. */
  signInUrl(party: string, redirect: ProviderRedirect): string;
  /** Sends an email with a sign-in link if the provider knows the address. The result does not show whether it does. */
  mailSignInLink(email: string, redirect: ProviderRedirect): Promise<void>;
}

/** The provider did not respond, or not as documented. The caller can retry. The message contains no secret. */
export class IdentityProviderUnavailableError extends Error {
  override readonly name = "IdentityProviderUnavailableError";
  readonly retryAfterSeconds: number;

  constructor(message: string, options: { readonly retryAfterSeconds?: number; readonly cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.retryAfterSeconds = options.retryAfterSeconds ?? 5;
  }
}

/**
 * Returns the claims of a token that the provider has just issued.
 * @throws {IdentityProviderUnavailableError} if this server does not accept the token. This is a misconfiguration.
 */
export async function readIssuedToken(provider: IdentityProvider, accessToken: string): Promise<ProviderClaims> {
  const claims = await provider.readAccessToken(accessToken);
  if (claims !== null) return claims;
  throw new IdentityProviderUnavailableError("The identity provider issued a token that this server does not accept");
}
