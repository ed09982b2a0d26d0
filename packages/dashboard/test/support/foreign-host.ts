import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** A site of another origin that shows the element. */
export interface ForeignHost {
  readonly url: string;
  close(): void;
}

/** Starts the site. Its CSP allows only the element's server, as docs/dashboard.md describes. */
export async function startForeignHost(findServer: () => string): Promise<ForeignHost> {
  const host = createServer((request, response) => {
    if (request.url !== "/") return response.writeHead(204).end();
    const server = findServer();
    response.setHeader("content-type", "text/html; charset=utf-8");
    response.setHeader(
      "content-security-policy",
      `default-src 'none'; script-src ${server}; connect-src ${server}; require-trusted-types-for 'script'; trusted-types 'none'`,
    );
    return response.end(`<!doctype html><html lang="en"><head><meta charset="utf-8"><title>A foreign page</title>
<script type="module" src="${server}/briksync-keys.js"></script></head>
<body><main><briksync-keys base-url="${server}"></briksync-keys></main></body></html>`);
  });
  await new Promise<void>((resolve) => host.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(host.address() as AddressInfo).port}`,
    close: () => {
      host.closeAllConnections();
      host.close();
    },
  };
}
