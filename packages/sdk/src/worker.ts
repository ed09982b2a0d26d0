import type { BrikSyncOptions } from "./client/options.ts";
import { readOptions, ServerClient } from "./client/server-client.ts";
import { ConfigurationError } from "./errors/errors.ts";
import { readFault } from "./transport/fault-codes.ts";
import { createFetchTransport } from "./transport/fetch-transport.ts";
import { createRuntime } from "./transport/runtime.ts";

export * from "./public.ts";
export * from "./public-server.ts";

/**
 * The client for Deno, Bun and edge workers. It uses their `fetch` and has the same methods as the client for Node. In
 * a browser page, it refuses API credentials. Bundlers should use the client for browsers there.
 *
 * @example
 * const briksync = new BrikSync({ baseUrl: "https://api.example.com", clientSecret: env.CLIENT_SECRET });
 * const result = await briksync.verify();
 */
export class BrikSync extends ServerClient {
  constructor(options: BrikSyncOptions | string = {}) {
    const read = readOptions(options);
    if ((read.clientSecret ?? read.workloadIdentity) !== undefined && isBrowserPage()) {
      throw new ConfigurationError(
        "Do not use API credentials in a browser, because every visitor can read them. Use a session.",
      );
    }
    super(read, createRuntime(createFetchTransport(read.fetch, readFault)));
  }
}

function isBrowserPage(): boolean {
  return "window" in globalThis && "document" in globalThis;
}
