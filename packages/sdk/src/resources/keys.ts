import type { Api } from "../call/api.ts";
import { foldName } from "../call/fold-name.ts";
import { checkCallOptions, checkFields } from "../call/option-names.ts";
import { iteratePages, type Page, pickPageSize } from "../call/page.ts";
import { hasTexts, isListOfRecords } from "../call/response-shape.ts";
import type {
  AllowedIp,
  AllowIpInput,
  ApiKey,
  ApiKeyWithSecret,
  CreateKeyInput,
  ListKeysInput,
  ListKeysPageInput,
} from "../models/api-key.ts";
import type { CallOptions } from "../models/call-options.ts";
import type { RotateOptions, StagedRotation, StageOptions } from "../models/rotation.ts";
import { createStagedRotation, wrapSecret } from "./key-with-secret.ts";
import { listRotations, Rotations } from "./rotations.ts";

const isKey = hasTexts("id", "name", "clientId", "status");
const isKeyWithSecret = hasTexts("id", "clientId", "clientSecret");

/** The API keys of the active company. Available as `briksync.keys`. Requires the Admin or Super Admin role. */
export class Keys {
  /** Staged rotations that have started. */
  readonly rotations: Rotations;
  readonly #api: Api;

  /** @internal */
  constructor(api: Api) {
    this.#api = api;
    this.rotations = new Rotations(api);
  }

  /**
   * Returns an iterable over the keys. It fetches each page when the loop reaches it. Each loop starts with the first
   * page.
   *
   * @example
   * for await (const key of briksync.keys.list({ status: "active" })) console.log(key.name);
   * for await (const key of briksync.keys.list({ namePrefix: "crm" })) console.log(key.name, key.status);
   */
  list(input: ListKeysInput = {}, options?: CallOptions): AsyncIterable<ApiKey> {
    checkFields(input, ["status", "namePrefix", "limit", "pageSize"]);
    checkCallOptions(options);
    const { status, namePrefix } = input;
    const page = { status, namePrefix, limit: pickPageSize(input) };
    return iteratePages((cursor) => this.#fetchPage({ ...page, cursor }, options), input.limit);
  }

  /**
   * Returns one page of keys and the cursor of the next page.
   *
   * @example
   * const { items, nextCursor } = await briksync.keys.listPage({ limit: 100, cursor });
   */
  async listPage(input: ListKeysPageInput = {}, options?: CallOptions): Promise<Page<ApiKey>> {
    checkFields(input, ["status", "namePrefix", "limit", "cursor"]);
    return this.#fetchPage(input, options);
  }

  /**
   * Creates a key. The server returns its `clientSecret` only here. The SDK sends an Idempotency-Key. If the result of
   * the call is unknown, the error contains this key, so that you can retry the call.
   *
   * @example
   * const { clientSecret } = await briksync.keys.create({ name: "CRM", ipAllowlist: ["203.0.113.0/24"] });
   * await vault.write(clientSecret.reveal());
   */
  async create(input: CreateKeyInput, options?: CallOptions): Promise<ApiKeyWithSecret> {
    checkFields(input, ["name", "ipAllowlist"]);
    const { name, ipAllowlist } = input;
    const reply = await this.#api.requestReply("POST", "/keys", options, {
      body: { name, ipAllowlist },
      repetition: "keyed",
      accepts: isKeyWithSecret,
    });
    return wrapSecret(reply);
  }

  /**
   * Returns a key.
   *
   * @throws {ApiError} `NOT_FOUND` if the company has no key with this ID.
   *
   * @example
   * const { name, status } = await briksync.keys.get(keyId);
   */
  async get(id: string, options?: CallOptions): Promise<ApiKey> {
    return this.#api.request("GET", "/keys/{id}", options, { path: { id }, feature: "keys.get", accepts: isKey });
  }

  /**
   * Renames a key. The name must have 1 to 100 characters.
   *
   * @example
   * await briksync.keys.rename(keyId, "CRM Integration");
   */
  async rename(id: string, name: string, options?: CallOptions): Promise<ApiKey> {
    return this.#api.request("PATCH", "/keys/{id}", options, {
      path: { id },
      body: { name },
      feature: "keys.rename",
      accepts: isKey,
    });
  }

  /**
   * Rotates the secret of a key. The old secret stops working immediately, or after `graceSeconds`. The server returns
   * the new `clientSecret` only here. The SDK sends an Idempotency-Key. If the result of the call is unknown, the error
   * contains this key, so that you can retry the call.
   *
   * @example
   * const { clientSecret } = await briksync.keys.rotate(keyId, { graceSeconds: 3600 });
   */
  rotate(id: string, options?: RotateOptions): Promise<ApiKeyWithSecret>;
  /**
   * Starts a staged rotation. The current and the new secret both work until `rotations.finish` or `rotations.abort`.
   * If the server does not support rotations, the call throws an `ApiError` with a `feature` and changes nothing.
   *
   * @throws {ApiError} `ROTATION_IN_PROGRESS` if another rotation holds the lease, or `TOO_MANY_ROTATIONS`.
   *
   * @example
   * const rotation = await briksync.keys.rotate(keyId, { mode: "staged" });
   * await vault.write(rotation.clientSecret.reveal());
   * await briksync.keys.rotations.finish(keyId, rotation.id);
   */
  rotate(id: string, options: StageOptions): Promise<StagedRotation>;
  async rotate(id: string, options?: RotateOptions | StageOptions): Promise<ApiKeyWithSecret | StagedRotation> {
    const isStaged = options?.mode === "staged";
    const body = isStaged ? pickStaged(options) : pickImmediate(options ?? {});
    const ownOptions = ["mode", ...(isStaged ? ["expiresInSeconds", "takeOver"] : ["graceSeconds"])];
    checkCallOptions(options, ownOptions);
    const { signal, timeoutMs } = options ?? {};
    // A server that supports only the documented API ignores the body and revokes the old secret immediately.
    if (body !== undefined) await listRotations(this.#api, id, "keys.rotations", { signal, timeoutMs });
    const reply = await this.#api.requestReply("POST", "/keys/{id}/rotate", options, {
      path: { id },
      ...(body && { body }),
      repetition: "keyed",
      ownOptions,
      accepts: isKeyWithSecret,
    });
    return isStaged ? createStagedRotation(reply) : wrapSecret(reply);
  }

  /**
   * Revokes a key permanently. Safe to repeat.
   *
   * @example
   * await briksync.keys.revoke(keyId);
   */
  async revoke(id: string, options?: CallOptions): Promise<ApiKey> {
    return this.#api.request("POST", "/keys/{id}/revoke", options, { path: { id }, accepts: isKey });
  }

  /**
   * Returns the allowlist of a key. If the list is empty, every address can use the key.
   *
   * @example
   * const entries = await briksync.keys.listAllowedIps(keyId);
   */
  async listAllowedIps(id: string, options?: CallOptions): Promise<readonly AllowedIp[]> {
    return this.#api.request("GET", "/keys/{id}/ip-allowlist", options, {
      path: { id },
      feature: "keys.listAllowedIps",
      accepts: isListOfRecords,
    });
  }

  /**
   * Allows an IP address or network to use a key. After the first entry, the server refuses all other addresses. The
   * same network again returns the existing entry, with the new note, if any, and the later expiry.
   *
   * @example
   * await briksync.keys.allowIp(keyId, { cidr: "203.0.113.0/24", note: "Office", expiresAt: "2026-12-31T00:00:00Z" });
   */
  async allowIp(id: string, input: AllowIpInput, options?: CallOptions): Promise<AllowedIp> {
    checkFields(input, ["cidr", "note", "expiresAt", "mayShorten"]);
    const { cidr, note, expiresAt, mayShorten } = input;
    return this.#api.request("POST", "/keys/{id}/ip-allowlist", options, {
      path: { id },
      body: { cidr, note, expiresAt: expiresAt instanceof Date ? expiresAt.toISOString() : expiresAt, mayShorten },
      feature: "keys.allowIp",
      accepts: hasTexts("id", "cidr"),
    });
  }

  /**
   * Removes an entry from the allowlist of a key. If you remove the last entry, every address can use the key.
   *
   * @example
   * await briksync.keys.disallowIp(keyId, entry.id);
   */
  async disallowIp(id: string, entryId: string, options?: CallOptions): Promise<void> {
    await this.#api.request("DELETE", "/keys/{id}/ip-allowlist/{entryId}", options, {
      path: { id, entryId },
      feature: "keys.disallowIp",
    });
  }

  async #fetchPage(query: ListKeysPageInput, options: CallOptions | undefined): Promise<Page<ApiKey>> {
    const { items, nextCursor } = await this.#api.requestPage("GET", "/keys", options, { query });
    const { status, namePrefix = "" } = query;
    const prefix = foldName(namePrefix.trimStart());
    // Servers that support only the documented API ignore the query and return all keys.
    const found = items.filter(
      (key) => (status ?? key.status) === key.status && (!prefix || foldName(`${key.name}`).startsWith(prefix)),
    );
    return { items: found, nextCursor };
  }
}

/** Returns the body of an immediate rotation. Undefined without a grace period, as in the documented API. */
function pickImmediate({ graceSeconds }: RotateOptions) {
  return graceSeconds === undefined || graceSeconds === 0 ? undefined : { graceSeconds };
}

function pickStaged({ mode, expiresInSeconds, takeOver }: StageOptions) {
  return { mode, expiresInSeconds, takeOver };
}
