import { ConfigurationError } from "../errors/errors.ts";
import { revealSecret, type Secret } from "../secret/secret.ts";
import { checkHeaderValue } from "./header-value.ts";

/** Provides the session token of calls. */
export interface TokenSource {
  /** Returns the token to send. Throws `ConfigurationError` if there is none. */
  current(): string | Promise<string>;
  /**
   * Returns another token after the server refused one, or null if there is none. Concurrent refusals of one token
   * share one refresh.
   */
  renew(refused: string): Promise<string | null>;
}

/** Returns a source with one token that cannot be renewed. */
export function useFixedToken(token: string | Secret): TokenSource {
  const text = checkHeaderValue("accessToken", revealSecret(token));
  return { current: () => text, renew: async () => null };
}

/** Returns a source that calls a function for each request, and once more after a refusal. */
export function useTokenFunction(getToken: () => string | Promise<string>): TokenSource {
  const ask = async (): Promise<string> => checkHeaderValue("The result of accessToken()", await getToken());
  return {
    current: ask,
    renew: async (refused) => {
      const token = await ask();
      return token === refused ? null : token;
    },
  };
}

/** A source without a token. Calls that require one throw an error that explains how to pass one. */
export const noToken: TokenSource = {
  current() {
    throw createNotSignedInError("This call requires a session. Create the client with accessToken or session.");
  },
  renew: async () => null,
};

/** Returns the error of a call that lacks a session. */
export function createNotSignedInError(message: string): ConfigurationError {
  return new ConfigurationError(message, { type: "NOT_SIGNED_IN" });
}
