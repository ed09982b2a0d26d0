import type { SessionOptions } from "./client/options.ts";
import { assembleClient, SessionClient } from "./client/session-client.ts";
import { ConfigurationError } from "./errors/errors.ts";
import type { FaultReading } from "./transport/fault-codes.ts";
import { createFetchTransport } from "./transport/fetch-transport.ts";
import { createRuntime } from "./transport/runtime.ts";

export type { SessionOptions as BrikSyncOptions } from "./client/options.ts";
export * from "./public.ts";

/**
 * The client for browsers. It supports sessions only: it accepts no API credentials and has no `verify`. It sends no
 * cookies, and only the headers Authorization, Content-Type, Accept and Idempotency-Key.
 *
 * @example
 * const briksync = new BrikSync({ baseUrl: "https://api.example.com", accessToken: () => getAccessToken() });
 */
export class BrikSync extends SessionClient {
  constructor(options: SessionOptions = {}) {
    refuseSecrets(options);
    super(
      assembleClient(
        options,
        createRuntime(createFetchTransport(options.fetch, readBrowserFault, { credentials: "omit" })),
      ),
    );
  }
}

/** Network errors of browsers have no code, so the request may have been sent. */
function readBrowserFault(error: unknown): FaultReading {
  return { kind: "connection", mayBeSent: true, fault: { message: String((error as Error).message), code: "" } };
}

function hasCredential(options: object): boolean {
  const { clientId, clientSecret, workloadIdentity } = options as Record<string, unknown>;
  return clientId !== undefined || clientSecret !== undefined || workloadIdentity !== undefined;
}

/** Refuses API credentials at run time, because JavaScript and casts bypass the types. */
function refuseSecrets(options: SessionOptions): void {
  const isSecretAlone = typeof options !== "object" || String(options.accessToken).startsWith("sec_");
  if (isSecretAlone || hasCredential(options)) {
    throw new ConfigurationError(
      "Do not use API credentials in a browser, because every visitor can read them. Use a session.",
    );
  }
}
