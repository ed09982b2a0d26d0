import type { Api } from "../call/api.ts";
import { checkHeaderValue } from "../call/header-value.ts";
import { checkOptionNames } from "../call/option-names.ts";
import { ConfigurationError } from "../errors/errors.ts";
import type { CallOptions } from "../models/call-options.ts";
import type { VerifyInput, VerifyResult } from "../models/verify-result.ts";
import { type CredentialHeaders, makeCredentialHeaders, verifyCredential } from "../resources/verify.ts";
import { revealSecret } from "../secret/secret.ts";
import type { Runtime } from "../transport/runtime.ts";
import { assembleClient } from "./client-parts.ts";
import type { BrikSyncOptions } from "./options.ts";
import { ServerKeys } from "./server-keys.ts";
import { SessionClient } from "./session-client.ts";

const INSPECT = Symbol.for("nodejs.util.inspect.custom");

/** The client of runtimes that may hold a secret key: everything, and `verify`. It prints as its address alone. */
export abstract class ServerClient extends SessionClient {
  /** The API keys of the active company. */
  declare readonly keys: ServerKeys;
  readonly #api: Api;
  readonly #credential: CredentialHeaders | null;

  /** @internal */
  protected constructor(options: BrikSyncOptions, runtime: Runtime) {
    checkOptionNames(options, ["clientId", "clientSecret", "userAgent"]);
    const parts = assembleClient(options, runtime);
    super({ ...parts, keys: new ServerKeys(parts.api, parts.anonymousApi, runtime) });
    this.#api = parts.anonymousApi;
    this.#credential = readCredential(options);
  }

  /**
   * Asks the server whether the API credential of a request may act now; without `headers`, the client's own.
   * A refusal is a result (`ok: false`); only an outage throws, so that it is not taken for a bad key.
   */
  verify(input: VerifyInput = {}, options?: CallOptions): Promise<VerifyResult> {
    return verifyCredential(this.#api, this.#credential, input, options);
  }

  [INSPECT](): string {
    return `BrikSync { baseUrl: ${JSON.stringify(this.toJSON().baseUrl)} }`;
  }
}

/** A client secret alone may stand for the options. */
export function readOptions(options: BrikSyncOptions | string): BrikSyncOptions {
  return typeof options === "string" ? { clientSecret: options } : options;
}

function readCredential({ clientId, clientSecret }: BrikSyncOptions): CredentialHeaders | null {
  if (clientSecret === undefined) {
    if (clientId === undefined) return null;
    throw new ConfigurationError("clientId alone is no credential: give clientSecret too.");
  }
  const secret = checkHeaderValue("clientSecret", revealSecret(clientSecret));
  if (secret.startsWith("api_")) {
    throw new ConfigurationError("clientSecret starts with api_: that is a client id. The secret starts with sec_.");
  }
  return makeCredentialHeaders(clientId === undefined ? undefined : checkHeaderValue("clientId", clientId), secret);
}
