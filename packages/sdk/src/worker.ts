import type { BrikSyncOptions } from "./client/options.ts";
import { readOptions, ServerClient } from "./client/server-client.ts";
import { makeRuntime } from "./client/standard-runtime.ts";
import { ConfigurationError } from "./errors/errors.ts";
import { readFault } from "./transport/fault-codes.ts";
import { createFetchTransport } from "./transport/fetch-transport.ts";

export * from "./public.ts";
export * from "./public-server.ts";

/**
 * The client for Deno, Bun and edge workers, over their `fetch`: the same as Node's. In a page of a browser, where
 * a bundler should have taken the browser's client, it refuses API credentials.
 */
export class BrikSync extends ServerClient {
  constructor(options: BrikSyncOptions | string = {}) {
    const read = readOptions(options);
    if (read.clientSecret !== undefined && isBrowserPage()) {
      throw new ConfigurationError(
        "API credentials must not be used in a browser, where every visitor can read them. Use a session.",
      );
    }
    super(read, makeRuntime(createFetchTransport(read.fetch, readFault)));
  }
}

function isBrowserPage(): boolean {
  return "window" in globalThis && "document" in globalThis;
}
