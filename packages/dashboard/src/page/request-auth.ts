interface Envelope<Data> {
  readonly data: Data | null;
  readonly error: string | null;
}

/** Sends one of the calls that take the cookie. Only this page may, because the server refuses other origins. */
export function requestAuth(call: "token" | "password" | "company", body?: object): Promise<Response> {
  const json =
    body === undefined ? {} : { headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
  return fetch(`/api/auth/${call}`, { method: "POST", credentials: "same-origin", redirect: "error", ...json });
}

/**
 * Returns the data of an answer.
 * @throws {Error} with the words of the server. Its name is `SessionOverError` after a 401, and it has `retryAfterSeconds`
 * if the server asked to wait.
 */
export async function readAnswer<Data>(response: Response): Promise<Data> {
  const envelope = await readEnvelope<Data>(response);
  if (response.ok && envelope.data !== null) return envelope.data;
  const error = new Error(envelope.error ?? `The server answered ${response.status}.`);
  if (response.status === 401) error.name = "SessionOverError";
  const retryAfterSeconds = Number(response.headers.get("retry-after") ?? Number.NaN);
  throw Number.isNaN(retryAfterSeconds) ? error : Object.assign(error, { retryAfterSeconds });
}

async function readEnvelope<Data>(response: Response): Promise<Envelope<Data>> {
  if (response.status === 204) return { data: {} as Data, error: null };
  try {
    return (await response.json()) as Envelope<Data>;
  } catch {
    // HTML of a proxy.
    return { data: null, error: null };
  }
}
