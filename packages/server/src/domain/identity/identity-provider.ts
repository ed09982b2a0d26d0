/**
 * The form in which addresses from the provider are compared. Only ASCII letters are folded: in Unicode, other characters fold to ASCII
 * letters as well, and somebody else's mailbox would count as the user's.
 */
export function foldAddress(email: string): string {
  return email.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}

/** What an access token of the provider says, once its signature, issuer, audience, role and times are right. */
export interface ProviderClaims {
  /** The provider's id of the user. */
  readonly subject: string;
  /** The provider's id of the session; one session has many tokens. */
  readonly sessionId: string;
  /** With ASCII letters in lower case. Says whom to look for; it proves nothing (see {@link IdentityProvider.readUser}). */
  readonly email: string;
  /** When the token was issued, as a timestamp of ours. */
  readonly issuedOn: string;
  /** Whether a second factor was shown. */
  readonly isSecondFactorShown: boolean;
  readonly expiresAt: Date;
}

/** Tokens of a session of the provider. */
export interface ProviderTokens {
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly expiresInSeconds: number;
}

/** What the provider itself says of the user of a token. */
export interface ProviderUser {
  readonly subject: string;
  /** The user's address now, proven or not, with ASCII letters in lower case; empty for none. */
  readonly email: string;
  /** The same address; null unless the user has shown that mail to it reaches them. */
  readonly verifiedEmail: string | null;
  /** Whether a sign-in without the second factor is only half of one. */
  readonly hasSecondFactor: boolean;
}

/**
 * How a change of the password at the provider ended: `elsewhere` wants more than the current password for it, of `ended` the
 * session is over there, and `reason` is a sentence without its full stop.
 */
export type ProviderPasswordChange =
  | { readonly outcome: "changed" | "elsewhere" | "ended" }
  | { readonly outcome: "refused"; readonly reason: string };

/** The sign-in that a browser is sent to; `challenge` is S256 of RFC 7636. */
export interface ProviderRedirect {
  readonly challenge: string;
  /** Where the provider sends the browser back to, with a code. */
  readonly returnUrl: string;
}

/**
 * Who vouches for people besides this server. Methods that ask over the net throw {@link IdentityProviderUnavailableError}
 * when there is no usable answer; null is the provider's own no.
 */
export interface IdentityProvider {
  /** Tells two providers, and two projects of one provider, apart: the issuer of its tokens. */
  readonly name: string;
  /** The claims of a token that is the provider's and current; null for every other text. */
  readAccessToken(token: string): Promise<ProviderClaims | null>;
  /** Null when the session has ended there, or its user is banned or gone. */
  readUser(accessToken: string): Promise<ProviderUser | null>;
  signIn(email: string, password: string): Promise<ProviderTokens | null>;
  refresh(refreshToken: string): Promise<ProviderTokens | null>;
  /** Exchanges the code of a redirect, once. */
  exchangeCode(code: string, verifier: string): Promise<ProviderTokens | null>;
  /** Ends the session of the token; that it had ended already is fine. */
  signOut(accessToken: string): Promise<void>;
  /** Changes the password of the token's user and ends his other sessions there. */
  changePassword(accessToken: string, current: string, next: string): Promise<ProviderPasswordChange>;
  /** Where to send a browser to sign in with another party that the provider trusts. */
  signInUrl(party: string, redirect: ProviderRedirect): string;
  /** Mails a link that signs in, if the provider knows the address; says nothing of whether it does. */
  mailSignInLink(email: string, redirect: ProviderRedirect): Promise<void>;
}

/** The provider did not answer, or not as documented; the caller may try again. The message names no secret. */
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
