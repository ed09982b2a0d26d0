import { ConfigurationError, ConnectionError } from "../errors/errors.ts";
import { Deadline } from "../transport/deadline.ts";
import type { Transport } from "../transport/transport.ts";

const attemptTimeoutMs = 10_000;
const maxAttempts = 3;
const pauseMs = 500;

/** Returns the error of a job that has no token of its platform. */
export function createUnavailableError(message: string): ConfigurationError {
  return new ConfigurationError(message, { type: "ID_TOKEN_UNAVAILABLE" });
}

/**
 * Asks the platform for a token. Tries up to three times, because the request changes nothing and platforms are
 * sometimes overloaded.
 */
export async function fetchIdToken(transport: Transport, url: URL, requestToken: string): Promise<string> {
  let reason = "";
  for (let attempt = 1; attempt <= maxAttempts; attempt++) {
    if (attempt > 1) await new Promise((resolve) => setTimeout(resolve, pauseMs * (attempt - 1)));
    const deadline = new Deadline(attemptTimeoutMs, undefined);
    try {
      const response = await transport.send(
        {
          method: "GET",
          origin: url.origin,
          path: url.pathname + url.search,
          headers: { accept: "application/json", authorization: `Bearer ${requestToken}` },
          body: null,
        },
        deadline,
      );
      if (response.status === 200) return response.body;
      reason = `status ${response.status}`;
      if (response.status < 500 && response.status !== 429) break;
    } catch {
      reason = "no response";
    } finally {
      deadline.close();
    }
  }
  throw new ConnectionError(`${url.origin} did not return an ID token: ${reason}.`, {
    type: "ID_TOKEN_UNAVAILABLE",
    outcome: "not-sent",
    retryable: true,
    attempts: 0,
  });
}
