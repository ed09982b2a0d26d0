// A response body of the server. The writer reads any field, and fails on an unexpected value.
// biome-ignore lint/suspicious/noExplicitAny: see above.
export type Body = any;

/** Returns a function that calls the server at the URL. It throws if the status differs from the expected one. */
export function createCaller(url: string) {
  return async (
    method: string,
    path: string,
    expected: number,
    { token, json, headers = {} }: { token?: string; json?: unknown; headers?: Record<string, string> } = {},
  ): Promise<{ text: string; body: Body }> => {
    const response = await fetch(url + path, {
      method,
      headers: {
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(json === undefined ? {} : { "content-type": "application/json" }),
        ...headers,
      },
      ...(json === undefined ? {} : { body: JSON.stringify(json) }),
    });
    const text = await response.text();
    if (response.status !== expected) throw new Error(`${method} ${path} answered ${response.status}: ${text}`);
    return { text, body: text === "" ? null : JSON.parse(text) };
  };
}

export type Call = ReturnType<typeof createCaller>;
