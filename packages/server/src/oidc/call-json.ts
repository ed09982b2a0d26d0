import { IdentityProviderUnavailableError } from "../domain/identity/identity-provider.ts";

/** A call of a JSON API. `owner` and `path` are for messages, and contain no secret. */
export interface JsonCall {
  readonly owner: string;
  readonly url: string;
  readonly path: string;
  readonly method: "GET" | "POST" | "PUT";
  readonly headers: Readonly<Record<string, string>>;
  readonly json?: unknown;
}

/**
 * A response with a status below 500 that is not a redirect. Its code shows whether it refuses the user. `body` is null
 * if there is none, or if a refusal is not JSON.
 */
export interface JsonResponse {
  readonly status: number;
  readonly headers: Headers;
  readonly body: unknown;
}

/** Timeout for connecting, headers and body together. */
const timeoutMs = 5_000;
/** Maximum size of a body, far more than a user with many identities or a set of keys needs. */
const bodyBytesMax = 256 * 1024;

/**
 * Sends a call and reads the response within five seconds and 256 KiB. Does not follow redirects.
 * @throws {IdentityProviderUnavailableError} if there is no usable response, for example a 5xx.
 */
export async function callJson(fetcher: typeof fetch, call: JsonCall): Promise<JsonResponse> {
  const what = `${call.owner} ${call.method} ${call.path}`;
  const late = AbortSignal.timeout(timeoutMs);
  try {
    const response = await fetcher(call.url, {
      method: call.method,
      headers: {
        accept: "application/json",
        "accept-encoding": "identity",
        ...(call.json === undefined ? {} : { "content-type": "application/json" }),
        ...call.headers,
      },
      ...(call.json === undefined ? {} : { body: JSON.stringify(call.json) }),
      redirect: "manual",
      signal: late,
    });
    const { status, headers } = response;
    if (status >= 500 || (status >= 300 && status < 400)) {
      await response.body?.cancel().catch(() => undefined);
      throw new IdentityProviderUnavailableError(`${what} returned status ${status}`);
    }
    const body = parseJson(await readText(response));
    if (body === null && status < 300 && status !== 204) {
      throw new IdentityProviderUnavailableError(`${what} returned a response that is not JSON`);
    }
    return { status, headers, body };
  } catch (error) {
    if (error instanceof IdentityProviderUnavailableError) throw error;
    const reason = late.aborted ? "took too long" : "could not be reached";
    throw new IdentityProviderUnavailableError(
      `${what} ${error instanceof TooLargeError ? "returned a response that is too large" : reason}`,
    );
  }
}

class TooLargeError extends Error {}

async function readText(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.byteLength;
    // Leaving the loop cancels the stream and its connection.
    if (size > bodyBytesMax) throw new TooLargeError();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
