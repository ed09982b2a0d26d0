import { checkHeaderValue } from "./call/header-value.ts";
import type { BrikSyncOptions } from "./client/options.ts";
import { readOptions, ServerClient } from "./client/server-client.ts";
import { readFault } from "./transport/fault-codes.ts";
import { createFetchTransport } from "./transport/fetch-transport.ts";
import { createRuntime } from "./transport/runtime.ts";
import { undiciTransport } from "./transport/undici-transport.ts";
import { version } from "./version.ts";

export * from "./public.ts";
export * from "./public-server.ts";
export { type Environment, findProxy, type ProxyServer } from "./transport/proxy-variables.ts";

/**
 * The client for Node. With an access token or a session, it manages keys. With API credentials or a client secret, it
 * can `verify` them. Throws `ConfigurationError` if the options are not valid.
 *
 * @example
 * const briksync = new BrikSync({ baseUrl: "https://api.example.com", accessToken });
 * for await (const key of briksync.keys.list()) console.log(key.name);
 */
export class BrikSync extends ServerClient {
  constructor(options: BrikSyncOptions | string = {}) {
    const read = readOptions(options);
    const transport = read.fetch === undefined ? undiciTransport : createFetchTransport(read.fetch, readFault);
    super(read, createRuntime(transport, writeUserAgent(read.userAgent)));
  }
}

function writeUserAgent(own: string | undefined): string {
  const name = `briksync-sdk/${version}`;
  return own === undefined ? name : `${checkHeaderValue("userAgent", own)} ${name}`;
}
