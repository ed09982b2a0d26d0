import type { Api } from "../call/api.ts";
import { checkHeaderValue } from "../call/header-value.ts";
import { checkOptionNames } from "../call/option-names.ts";
import { ConfigurationError } from "../errors/errors.ts";
import type { CallOptions } from "../models/call-options.ts";
import type { VerifyInput, VerifyResult } from "../models/verify-result.ts";
import { ServerAuth } from "../resources/server-auth.ts";
import { ServerTrusts } from "../resources/server-trusts.ts";
import { type CredentialHeaders, createCredentialHeaders, verifyCredential } from "../resources/verify.ts";
import { WorkloadTokens } from "../resources/workload-tokens.ts";
import { revealSecret } from "../secret/secret.ts";
import type { Runtime } from "../transport/runtime.ts";
import { requestIdToken } from "../workload/request-id-token.ts";
import { readEnvironment } from "../workload/system.ts";
import type { BrikSyncOptions } from "./options.ts";
import { ServerKeys } from "./server-keys.ts";
import { assembleClient, SessionClient } from "./session-client.ts";

const inspect = Symbol.for("nodejs.util.inspect.custom");

/**
 * The client for server runtimes. It adds `verify`, `auth.startDeviceSignIn`, `keys.rotateSafely` and `trusts.explain`.
 * It prints only its URL.
 */
export abstract class ServerClient extends SessionClient {
  /** Sign-in, sign-out, session and password. */
  declare readonly auth: ServerAuth;
  /** The API keys of the active company. */
  declare readonly keys: ServerKeys;
  /** The trusts of the active company: which jobs of CI platforms may act for it. */
  declare readonly trusts: ServerTrusts;
  readonly #api: Api;
  readonly #credential: CredentialHeaders | null;

  /** @internal */
  protected constructor(options: BrikSyncOptions, runtime: Runtime) {
    checkOptionNames(options, ["clientId", "clientSecret", "userAgent", "workloadIdentity"]);
    const parts = assembleClient(options, runtime, (anonymousApi, baseUrl) =>
      createWorkloadTokens(options, { anonymousApi, baseUrl, runtime }),
    );
    super(parts);
    const { api, anonymousApi } = parts;
    this.auth = new ServerAuth(...parts.authParts);
    this.keys = new ServerKeys(api, anonymousApi, runtime);
    this.trusts = new ServerTrusts(api, anonymousApi, parts.ownTokens);
    this.#api = anonymousApi;
    this.#credential = readCredential(options);
  }

  /**
   * Verifies the API credentials of a request. Without `headers`, it verifies the client's own credentials. If the
   * server refuses the credentials, the result has `ok: false`. If the server cannot decide, for example during an
   * outage, the call throws.
   *
   * @example
   * const result = await briksync.verify({ headers: request.headers, ip: request.socket.remoteAddress });
   * if (!result.ok) return response.writeHead(result.status).end(result.message);
   */
  verify(input: VerifyInput = {}, options?: CallOptions): Promise<VerifyResult> {
    return verifyCredential(this.#api, this.#credential, input, options);
  }

  [inspect](): string {
    return `BrikSync { baseUrl: ${JSON.stringify(this.toJSON().baseUrl)} }`;
  }
}

/** Returns the options of a client. A string is a client secret. */
export function readOptions(options: BrikSyncOptions | string): BrikSyncOptions {
  return typeof options === "string" ? { clientSecret: options } : options;
}

function createWorkloadTokens(
  { workloadIdentity, accessToken, session }: BrikSyncOptions,
  { anonymousApi, baseUrl, runtime }: { anonymousApi: Api; baseUrl: string; runtime: Runtime },
): WorkloadTokens | null {
  if (workloadIdentity === undefined) return null;
  if (accessToken !== undefined || session !== undefined) {
    throw new ConfigurationError("Pass only one of workloadIdentity, accessToken and session.");
  }
  return new WorkloadTokens(workloadIdentity, {
    anonymousApi,
    baseUrl,
    now: runtime.now,
    requestIdToken: (audience, env = readEnvironment()) => requestIdToken(runtime.transport, audience, env),
  });
}

function readCredential({ clientId, clientSecret }: BrikSyncOptions): CredentialHeaders | null {
  if (clientSecret === undefined) {
    if (clientId === undefined) return null;
    throw new ConfigurationError("clientId requires clientSecret. Pass both.");
  }
  const secret = checkHeaderValue("clientSecret", revealSecret(clientSecret));
  if (secret.startsWith("api_")) {
    throw new ConfigurationError(
      "clientSecret starts with api_, so it is a client ID. A client secret starts with sec_.",
    );
  }
  return createCredentialHeaders(clientId === undefined ? undefined : checkHeaderValue("clientId", clientId), secret);
}
