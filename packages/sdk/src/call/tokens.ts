import { ConfigurationError } from "../errors/errors.ts";
import { revealSecret, type Secret } from "../secret/secret.ts";
import { checkHeaderValue } from "./header-value.ts";

/** Where a call gets its session token from. */
export interface TokenSource {
  /** The token to send. Throws `ConfigurationError` when there is none. */
  current(): string | Promise<string>;
  /**
   * Called when the server refused a token; gives another one to try, or null when the refusal stands.
   * Parallel refusals of one token are answered by one refresh.
   */
  renew(refused: string): Promise<string | null>;
}

/** A token that was given once and cannot be renewed. */
export function useFixedToken(token: string | Secret): TokenSource {
  const text = checkHeaderValue("accessToken", revealSecret(token));
  return { current: () => text, renew: async () => null };
}

/** Tokens from a function, which is asked for each request and once more after a refusal. */
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

/** No token at all: every call that needs one fails and says how to get one. */
export const NO_TOKEN: TokenSource = {
  current() {
    throw new ConfigurationError("This call requires a session. Create the client with accessToken or session.", {
      type: "NOT_SIGNED_IN",
    });
  },
  renew: async () => null,
};
