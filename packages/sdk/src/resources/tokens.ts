import type { Api } from "../call/api.ts";
import type { CallResponse } from "../call/call.ts";
import { checkFields } from "../call/option-names.ts";
import { hasTexts, isListOfRecords } from "../call/response-shape.ts";
import type {
  AutomationToken,
  AutomationTokenWithSecret,
  CreateTokenInput,
  RotateTokenOptions,
} from "../models/automation-token.ts";
import type { CallOptions } from "../models/call-options.ts";
import { Secret } from "../secret/secret.ts";
import { replayedHeader } from "./key-with-secret.ts";

const isToken = hasTexts("id", "name", "expiresAt");
const isTokenWithSecret = hasTexts("id", "name", "token");

/**
 * The automation tokens of the active company. Available as `briksync.tokens`. Requires the Admin or Super Admin role.
 */
export class Tokens {
  readonly #api: Api;

  /** @internal */
  constructor(api: Api) {
    this.#api = api;
  }

  /**
   * Returns all automation tokens, without their secrets.
   *
   * @example
   * for (const token of await briksync.tokens.list()) console.log(token.name, token.expiresAt);
   */
  async list(options?: CallOptions): Promise<readonly AutomationToken[]> {
    return this.#api.request("GET", "/tokens", options, { feature: "tokens.list", accepts: isListOfRecords });
  }

  /**
   * Creates an automation token. The server returns it only here. The SDK sends an Idempotency-Key, as for
   * `keys.create`.
   *
   * @example
   * const { token } = await briksync.tokens.create({
   *   name: "Jenkins",
   *   may: ["rotate"],
   *   keyIds: [keyId],
   *   expiresAt: new Date(Date.now() + 90 * 86_400_000),
   * });
   * await vault.write(token.reveal());
   */
  async create(input: CreateTokenInput, options?: CallOptions): Promise<AutomationTokenWithSecret> {
    checkFields(input, ["name", "may", "keyIds", "expiresAt", "fromCidrs"]);
    const reply = await this.#api.requestReply("POST", "/tokens", options, {
      body: { ...input, expiresAt: writeTime(input.expiresAt) },
      repetition: "keyed",
      feature: "tokens.create",
      accepts: isTokenWithSecret,
    });
    return wrapToken(reply);
  }

  /**
   * Returns an automation token, without its secret.
   *
   * @throws {ApiError} `NOT_FOUND` if the company has no token with this ID.
   *
   * @example
   * const { lastUsedAt, expiresAt } = await briksync.tokens.get(tokenId);
   */
  async get(id: string, options?: CallOptions): Promise<AutomationToken> {
    const path = { id };
    return this.#api.request("GET", "/tokens/{id}", options, { path, feature: "tokens.get", accepts: isToken });
  }

  /**
   * Returns a new token in place of an old one. The old token works until the new one is used for the first time. A
   * repeated call replaces a new token that was not used.
   *
   * @example
   * const { token } = await briksync.tokens.rotate(tokenId);
   * await vault.write(token.reveal());
   */
  async rotate(id: string, options?: RotateTokenOptions): Promise<AutomationTokenWithSecret> {
    const expiresAt = options?.expiresAt;
    const reply = await this.#api.requestReply("POST", "/tokens/{id}/rotate", options, {
      path: { id },
      body: { expiresAt: expiresAt === undefined ? undefined : writeTime(expiresAt) },
      repetition: "keyed",
      feature: "tokens.rotate",
      ownOptions: ["expiresAt"],
      accepts: isTokenWithSecret,
    });
    return wrapToken(reply);
  }

  /**
   * Revokes an automation token permanently. It is refused from the next request. Safe to repeat.
   *
   * @example
   * await briksync.tokens.revoke(tokenId);
   */
  async revoke(id: string, options?: CallOptions): Promise<AutomationToken> {
    return this.#api.request("POST", "/tokens/{id}/revoke", options, {
      path: { id },
      feature: "tokens.revoke",
      accepts: isToken,
    });
  }
}

function writeTime(time: string | Date): string {
  return time instanceof Date ? time.toISOString() : time;
}

function wrapToken({
  body,
  response,
}: CallResponse<AutomationToken & { readonly token: string }>): AutomationTokenWithSecret {
  return { ...body, token: new Secret(body.token), isReplay: response.header(replayedHeader) === "true" };
}
