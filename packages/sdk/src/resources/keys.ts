import { hasTexts, isListOfRecords } from "../call/answer-shape.ts";
import type { Api } from "../call/api.ts";
import { readNextCursor } from "../call/link-header.ts";
import { checkCallOptions, checkFields } from "../call/option-names.ts";
import { iteratePages, type Page, pickPageSize } from "../call/page.ts";
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
import { makeStagedRotation, wrapSecret } from "./key-with-secret.ts";
import { listRotations, Rotations } from "./rotations.ts";

const isKey = hasTexts("id", "name", "clientId", "status");
const isKeyWithSecret = hasTexts("id", "clientId", "clientSecret");

type PageQuery = { [Name in keyof ListKeysPageInput]: ListKeysPageInput[Name] | undefined };

/** The API keys of the active company. Reached as `briksync.keys`; needs privilege 1 or 2. */
export class Keys {
  /** What happens to staged rotations after their start. */
  readonly rotations: Rotations;
  readonly #api: Api;

  /** @internal */
  constructor(api: Api) {
    this.#api = api;
    this.rotations = new Rotations(api);
  }

  /** Yields the keys, page after page as they are reached. Stopping early fetches no more, and each loop begins anew. */
  list(input: ListKeysInput = {}, options?: CallOptions): AsyncIterable<ApiKey> {
    checkFields(input, ["status", "limit", "pageSize"]);
    checkCallOptions(options);
    const page = { status: input.status, limit: pickPageSize(input) };
    return iteratePages((cursor) => this.#fetchPage({ ...page, cursor }, options), input.limit);
  }

  /** One page of keys, and the cursor of the next. */
  async listPage(input: ListKeysPageInput = {}, options?: CallOptions): Promise<Page<ApiKey>> {
    checkFields(input, ["status", "limit", "cursor"]);
    const { status, limit, cursor } = input;
    return this.#fetchPage({ status, limit, cursor }, options);
  }

  /**
   * Creates a key. Its `clientSecret` is shown only in this answer. An Idempotency-Key goes along; when the
   * outcome is unknown, the error carries it.
   */
  async create(input: CreateKeyInput, options?: CallOptions): Promise<ApiKeyWithSecret> {
    checkFields(input, ["name", "ipAllowlist"]);
    const { name, ipAllowlist } = input;
    const reply = await this.#api.request(
      "POST",
      "/external/v1/auth/keys",
      { body: { name, ipAllowlist }, repetition: "keyed", accepts: isKeyWithSecret },
      options,
    );
    return wrapSecret(reply);
  }

  /** One key by its id. */
  async get(id: string, options?: CallOptions): Promise<ApiKey> {
    const { body } = await this.#api.request(
      "GET",
      "/external/v1/auth/keys/{id}",
      { path: { id }, feature: "keys.get", accepts: isKey },
      options,
    );
    return body;
  }

  /** Gives a key another name (1-100 characters). */
  async rename(id: string, name: string, options?: CallOptions): Promise<ApiKey> {
    const { body } = await this.#api.request(
      "PATCH",
      "/external/v1/auth/keys/{id}",
      { path: { id }, body: { name }, feature: "keys.rename", accepts: isKey },
      options,
    );
    return body;
  }

  /**
   * Replaces a key's secret: the old one stops working immediately or after `graceSeconds`, the new `clientSecret` is
   * shown only in this answer. An Idempotency-Key goes along; when the outcome is unknown, the error carries it.
   */
  rotate(id: string, options?: RotateOptions): Promise<ApiKeyWithSecret>;
  /**
   * Begins a staged rotation: a second secret works beside the current one until `rotations.finish` or `rotations.abort`.
   * A server that knows no rotations is recognized before anything is changed (`ApiError` with a `feature`).
   */
  rotate(id: string, options: StageOptions): Promise<StagedRotation>;
  async rotate(id: string, options?: RotateOptions | StageOptions): Promise<ApiKeyWithSecret | StagedRotation> {
    const isStaged = options?.mode === "staged";
    const body = isStaged ? pickStaged(options) : pickImmediate(options ?? {});
    const ownOptions = ["mode", ...(isStaged ? ["expiresInSeconds", "takeOver"] : ["graceSeconds"])];
    checkCallOptions(options, ownOptions);
    const { signal, timeoutMs } = options ?? {};
    // A server with only the documented part ignores the body and ends the old secret at once.
    if (body !== undefined) await listRotations(this.#api, id, "keys.rotations", { signal, timeoutMs });
    const reply = await this.#api.request(
      "POST",
      "/external/v1/auth/keys/{id}/rotate",
      { path: { id }, ...(body && { body }), repetition: "keyed", ownOptions, accepts: isKeyWithSecret },
      options,
    );
    return isStaged ? makeStagedRotation(reply) : wrapSecret(reply);
  }

  /** Ends a key for good. Revoking it again succeeds. */
  async revoke(id: string, options?: CallOptions): Promise<ApiKey> {
    const { body } = await this.#api.request(
      "POST",
      "/external/v1/auth/keys/{id}/revoke",
      { path: { id }, accepts: isKey },
      options,
    );
    return body;
  }

  /** The addresses a key is restricted to; none means every address may use it. */
  async listAllowedIps(id: string, options?: CallOptions): Promise<readonly AllowedIp[]> {
    const { body } = await this.#api.request(
      "GET",
      "/external/v1/auth/keys/{id}/ip-allowlist",
      { path: { id }, feature: "keys.listAllowedIps", accepts: isListOfRecords },
      options,
    );
    return body;
  }

  /** Lets an address or network use a key. The first entry shuts every other address out; the same network again is the same entry. */
  async allowIp(id: string, input: AllowIpInput, options?: CallOptions): Promise<AllowedIp> {
    checkFields(input, ["cidr", "note", "expiresAt"]);
    const { cidr, note, expiresAt } = input;
    const { body } = await this.#api.request(
      "POST",
      "/external/v1/auth/keys/{id}/ip-allowlist",
      {
        path: { id },
        body: { cidr, note, expiresAt: expiresAt instanceof Date ? expiresAt.toISOString() : expiresAt },
        feature: "keys.allowIp",
        accepts: hasTexts("id", "cidr"),
      },
      options,
    );
    return body;
  }

  /** Takes an entry off a key's allowlist. Without the last entry every address may use the key again. */
  async disallowIp(id: string, entryId: string, options?: CallOptions): Promise<void> {
    await this.#api.request(
      "DELETE",
      "/external/v1/auth/keys/{id}/ip-allowlist/{entryId}",
      { path: { id, entryId }, feature: "keys.disallowIp" },
      options,
    );
  }

  async #fetchPage(query: PageQuery, options: CallOptions | undefined): Promise<Page<ApiKey>> {
    const { body, response } = await this.#api.request(
      "GET",
      "/external/v1/auth/keys",
      { query, accepts: isListOfRecords },
      options,
    );
    const { status } = query;
    // Servers with only the documented part ignore the query and answer all keys at once.
    const items = status === undefined ? body : body.filter((key) => key.status === status);
    return { items, nextCursor: readNextCursor(response.header("link")) };
  }
}

/** What an immediate rotation sends: nothing, as documented, unless there is a grace. */
function pickImmediate({ graceSeconds }: RotateOptions) {
  return graceSeconds === undefined || graceSeconds === 0 ? undefined : { graceSeconds };
}

function pickStaged({ mode, expiresInSeconds, takeOver }: StageOptions) {
  return { mode, expiresInSeconds, takeOver };
}
