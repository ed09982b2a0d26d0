import { assembleClient } from "./client/client-parts.ts";
import type { SessionOptions } from "./client/options.ts";
import { SessionClient } from "./client/session-client.ts";
import { makeRuntime } from "./client/standard-runtime.ts";
import { ConfigurationError } from "./errors/errors.ts";
import type { FaultReading } from "./transport/fault-codes.ts";
import { createFetchTransport } from "./transport/fetch-transport.ts";

export type { SessionOptions as BrikSyncOptions } from "./client/options.ts";
export * from "./public.ts";

/**
 * The client for browsers: sessions only. It takes no API credential and has no `verify`, sends no header beyond
 * Authorization, Content-Type, Accept and Idempotency-Key, and no cookie.
 */
export class BrikSync extends SessionClient {
  constructor(options: SessionOptions = {}) {
    refuseSecrets(options);
    super(
      assembleClient(
        options,
        makeRuntime(createFetchTransport(options.fetch, readBrowserFault, { credentials: "omit" })),
      ),
    );
  }
}

/** A browser's network errors have no code, so the request may have been sent. */
function readBrowserFault(error: unknown): FaultReading {
  return { kind: "connection", mayBeSent: true, fault: { message: String((error as Error).message), code: "" } };
}

function hasCredential(options: object): boolean {
  const { clientId, clientSecret } = options as Record<string, unknown>;
  return clientId !== undefined || clientSecret !== undefined;
}

/** TypeScript refuses them already; JavaScript and casts must not get through either. */
function refuseSecrets(options: SessionOptions): void {
  const isSecretAlone = typeof options !== "object" || String(options.accessToken).startsWith("sec_");
  if (isSecretAlone || hasCredential(options)) {
    throw new ConfigurationError(
      "API credentials must not be used in a browser, where every visitor can read them. Use a session.",
    );
  }
}
