import { type AuthError, refused, responseLost, sessionOver, unexpectedResponse } from "../api/failure.ts";

interface Envelope<Data> {
  readonly data: Data | null;
  readonly error: string | null;
  /** Type of the error, such as `SIGN_IN_FAILED`. */
  readonly code?: string;
}

/** A call that changes something. */
type Change = "password" | "company" | "signout" | "device/approve" | "device/deny";

/**
 * Sends one of the calls that use the cookie. Only this page can send them, because the server refuses other origins.
 */
export function requestAuth(call: "token" | "device/find" | Change, init?: RequestInit): Promise<Response> {
  return fetch(`/api/auth/${call}`, { method: "POST", credentials: "same-origin", redirect: "error", ...init });
}

/**
 * Sends a call that changes something, and returns the response.
 * @throws {AuthError} named `ResponseLostError` if no response arrived, because the change may have taken effect.
 */
export async function requestChange(call: Change, init: RequestInit): Promise<Response> {
  try {
    return await requestAuth(call, init);
  } catch {
    throw Object.assign(new Error("No response arrived"), { name: responseLost });
  }
}

/** Returns a request with a JSON body. */
export function asJson(body: object): RequestInit {
  return { headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
}

/**
 * Returns the data of a response.
 * @throws {AuthError} with the message of the server. Its name says what happened, and it has `retryAfterSeconds` if
 * the server asked to wait.
 */
export async function readResponse<Data>(response: Response): Promise<Data> {
  if (response.status === 204) return {} as Data;
  const { data, error, code } = await readEnvelope<Data>(response);
  if (response.ok && data !== null) return data;
  // A 401 can have other codes, such as that of a wrong password.
  const isOver = response.status === 401 && (code ?? "UNAUTHORIZED") === "UNAUTHORIZED";
  const failure: AuthError = Object.assign(new Error(error ?? `The server returned status ${response.status}.`), {
    name: isOver ? sessionOver : error === null ? unexpectedResponse : refused,
    ...(code !== undefined && { type: code }),
  });
  const seconds = response.headers.get("retry-after");
  throw seconds === null || Number.isNaN(Number(seconds))
    ? failure
    : Object.assign(failure, { retryAfterSeconds: Number(seconds) });
}

async function readEnvelope<Data>(response: Response): Promise<Envelope<Data>> {
  try {
    return (await response.json()) as Envelope<Data>;
  } catch {
    // The response is not JSON, but for example the HTML of a proxy.
    return { data: null, error: null };
  }
}
