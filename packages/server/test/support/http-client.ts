import { Agent, type IncomingHttpHeaders, request } from "node:http";
import { request as requestOverTls, Agent as TlsAgent } from "node:https";

/** A response. `body` is the parsed JSON, or null without JSON. */
export interface HttpResponse {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly rawHeaders: readonly string[];
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests read any field of the JSON, and assert on it.
  readonly body: any;
}

/** A request. `json` is serialized, and `body` is sent unchanged. */
export interface Call {
  readonly token?: string;
  readonly json?: unknown;
  readonly body?: string | Buffer;
  readonly headers?: Readonly<Record<string, string | string[]>>;
  readonly localAddress?: string;
}

/** A client of one server. It keeps connections alive until `close`. */
export interface HttpClient {
  call(method: string, path: string, call?: Call): Promise<HttpResponse>;
  close(): void;
}

function parseBody(text: string, contentType: string | undefined): unknown {
  return text !== "" && contentType?.startsWith("application/json") === true ? JSON.parse(text) : null;
}

/**
 * For an https URL: the server name in TLS and in the Host header, and the certificate that the client trusts for it.
 */
export interface TlsName {
  readonly servername: string;
  readonly ca: string;
}

/** Creates a client on plain `node:http` or `node:https`, which send exactly what a test passes. */
export function createHttpClient(url: string, tls?: TlsName): HttpClient {
  const options = { keepAlive: true, maxSockets: 64 };
  const agent = tls === undefined ? new Agent(options) : new TlsAgent({ ...options, ...tls });
  const send = tls === undefined ? request : requestOverTls;
  return {
    call: (method, path, { token, json, body, headers = {}, localAddress } = {}) =>
      new Promise((resolve, reject) => {
        const content = json === undefined ? body : JSON.stringify(json);
        const outgoing = send(
          `${url}${path}`,
          {
            method,
            ...tls,
            ...(localAddress === undefined ? { agent } : { agent: false as const, localAddress }),
            headers: {
              ...(tls === undefined ? {} : { host: tls.servername }),
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
