import { Agent, type IncomingHttpHeaders, request } from "node:http";

/** What came back. `body` is the parsed JSON, or null when there is none. */
export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly rawHeaders: readonly string[];
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests read what the wire says, and assert on it.
  readonly body: any;
}

/** What goes out. `json` is serialised; `body` is sent as it is. */
export interface Call {
  readonly token?: string;
  readonly json?: unknown;
  readonly body?: string | Buffer;
  readonly headers?: Readonly<Record<string, string | string[]>>;
  readonly localAddress?: string;
}

/** A client for one server. Keeps connections alive; `close` ends them. */
export interface HttpClient {
  call(method: string, path: string, call?: Call): Promise<Answer>;
  close(): void;
}

function parseBody(text: string, contentType: string | undefined): unknown {
  return text !== "" && contentType?.startsWith("application/json") === true ? JSON.parse(text) : null;
}

/** Talks plain `node:http`, which changes nothing on the way: what a test sends is what arrives. */
export function createHttpClient(url: string): HttpClient {
  const agent = new Agent({ keepAlive: true, maxSockets: 64 });
  return {
    call: (method, path, { token, json, body, headers = {}, localAddress } = {}) =>
      new Promise((resolve, reject) => {
        const content = json === undefined ? body : JSON.stringify(json);
        const outgoing = request(
          `${url}${path}`,
          {
            method,
            ...(localAddress === undefined ? { agent } : { agent: false as const, localAddress }),
            headers: {
              ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
              ...(json === undefined ? {} : { "content-type": "application/json" }),
              ...(content === undefined ? {} : { "content-length": Buffer.byteLength(content) }),
              ...headers,
            },
          },
          (incoming) => {
            const chunks: Buffer[] = [];
            incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
            incoming.on("error", reject);
            incoming.on("end", () => {
              const text = Buffer.concat(chunks).toString("utf8");
              resolve({
                status: incoming.statusCode ?? 0,
                headers: incoming.headers,
                rawHeaders: incoming.rawHeaders,
                text,
                body: parseBody(text, incoming.headers["content-type"]),
              });
            });
          },
        );
        outgoing.on("error", reject);
        outgoing.end(content);
      }),
    close: () => agent.destroy(),
  };
}
