import { readFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

const distUrl = new URL("../../dist/", import.meta.url);
const manifest: Record<string, { file: string; css?: string[] }> = JSON.parse(
  readFileSync(new URL("manifest.json", distUrl), "utf8"),
);
const page = manifest["src/page.ts"];
const element = manifest["src/element.ts"];

/** The policy of the server's own page (D-03). */
export const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "img-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join("; ");

const ownPage = `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>API Access</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="icon" href="/icon">
<link rel="stylesheet" href="/${page?.css?.[0]}"><script type="module" src="/${page?.file}"></script></head>
<body><noscript>Use the CLI: briksync keys list</noscript><briksync-keys routes="history"></briksync-keys></body></html>`;

const foreignPage = (serverUrl: string): string => `<!doctype html><html lang="en"><head><meta charset="utf-8">
<title>A foreign page</title><link rel="icon" href="/icon"><script type="module" src="/${element?.file}"></script></head>
<body><main><briksync-keys base-url="${serverUrl}"></briksync-keys></main></body></html>`;

/** A host of the built page and element. */
export interface Host {
  readonly url: string;
  /** Sets how the session is asked for a token. Null: the session is over. */
  useSession(signIn: (() => Promise<string>) | null): void;
  close(): void;
}

/** Serves the page as the server does, with its policy, and forwards the API. At /foreign, it serves a page that is not ours. */
export async function startHost(findServer: () => string): Promise<Host> {
  let session: (() => Promise<string>) | null = null;
  const host = createServer(async (request, response) => {
    const path = request.url ?? "/";
    if (path.startsWith("/external/")) return forward(findServer() + path, request, response);
    if (path.startsWith("/assets/")) return sendAsset(path, response);
    if (path === "/icon") return response.writeHead(204).end();
    if (path === "/foreign") return sendPage(response, foreignPage(findServer()));
    if (path.startsWith("/login")) return sendPage(response, "<!doctype html><title>Log in</title><h1>Log in</h1>");
    if (path === "/api/auth/token") return sendToken(response, session);
    response.setHeader("content-security-policy", policy);
    return sendPage(response, ownPage);
  });
  await new Promise<void>((resolve) => host.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(host.address() as AddressInfo).port}`,
    useSession: (signIn) => {
      session = signIn;
    },
    close: () => {
      host.closeAllConnections();
      host.close();
    },
  };
}

function sendPage(response: ServerResponse, html: string): void {
  response.setHeader("cache-control", "no-store");
  response.setHeader("content-type", "text/html; charset=utf-8");
  response.end(html);
}

function sendAsset(path: string, response: ServerResponse): void {
  response.setHeader("content-type", path.endsWith(".css") ? "text/css" : "text/javascript");
  response.end(readFileSync(new URL(path.slice(1), distUrl)));
}

async function sendToken(response: ServerResponse, session: (() => Promise<string>) | null): Promise<void> {
  response.setHeader("content-type", "application/json");
  if (session === null) {
    response.writeHead(401).end(JSON.stringify({ data: null, error: "Unauthorized" }));
    return;
  }
  const sessionEndsOn = new Date(Date.now() + 43_200_000).toISOString();
  const data = { accessToken: await session(), expiresIn: 900, sessionEndsOn };
  response.end(JSON.stringify({ data, error: null }));
}

async function forward(url: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of request) chunks.push(chunk as Uint8Array);
  const names = ["authorization", "content-type", "idempotency-key", "accept"];
  const headers = Object.fromEntries(
    names.flatMap((name) => (request.headers[name] ? [[name, request.headers[name]]] : [])),
  );
  const body = chunks.length === 0 ? null : Buffer.concat(chunks);
  try {
    const answer = await fetch(url, { method: request.method ?? "GET", headers: headers as HeadersInit, body });
    const kept = [...answer.headers].filter(
      ([name]) => !/^(content-encoding|content-length|transfer-encoding|connection|keep-alive)$/.test(name),
    );
    response.writeHead(answer.status, Object.fromEntries(kept)).end(Buffer.from(await answer.arrayBuffer()));
  } catch {
    request.socket.destroy();
  }
}
