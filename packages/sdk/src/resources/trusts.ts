import type { Api } from "../call/api.ts";
import { checkFields } from "../call/option-names.ts";
import { hasFields, hasTexts, isListOfRecords } from "../call/response-shape.ts";
import type { CallOptions } from "../models/call-options.ts";
import type { CreateTrustInput, Trust, TrustLogEntry, TrustLogInput, TrustVerdict } from "../models/trust.ts";

/** Returns whether a body is a verdict with its claims. */
export const isVerdict = hasFields({ allowed: "flag", claims: "list" });

const isTrust = hasTexts("id", "name", "provider", "issuer");

/** The trusts of the active company. Available as `briksync.trusts`. Requires the Admin or Super Admin role. */
export class Trusts {
  readonly #api: Api;

  /** @internal */
  constructor(api: Api) {
    this.#api = api;
  }

  /**
   * Returns all trusts.
   *
   * @example
   * for (const trust of await briksync.trusts.list()) console.log(trust.name, trust.lastRun?.on);
   */
  async list(options?: CallOptions): Promise<readonly Trust[]> {
    return this.#api.request("GET", "/trusts", options, { feature: "trusts.list", accepts: isListOfRecords });
  }

  /**
   * Creates a trust. Jobs whose platform's token has exactly these claims can then act on the keys. Check its
   * `warnings`.
   *
   * @throws {ApiError} `VALIDATION_FAILED` if a claim that the provider requires is missing.
   *
   * @example
   * const trust = await briksync.trusts.create({
   *   name: "Rotate CRM",
   *   provider: "github",
   *   claims: {
   *     repository_id: "123456",
   *     repository_owner_id: "654321",
   *     workflow_path: ".github/workflows/rotate.yml",
   *     environment: "production",
   *   },
   *   may: ["rotate"],
   *   keyIds: [keyId],
   * });
   */
  async create(input: CreateTrustInput, options?: CallOptions): Promise<Trust> {
    const names = ["name", "provider", "issuer", "claims", "may", "keyIds", "ttlSeconds", "fromCidrs", "reuse"];
    checkFields(input, names);
    return this.#api.request("POST", "/trusts", options, {
      body: { ...input },
      feature: "trusts.create",
      accepts: isTrust,
    });
  }

  /**
   * Returns a trust.
   *
   * @throws {ApiError} `NOT_FOUND` if the company has no trust with this ID.
   *
   * @example
   * const { claims, warnings } = await briksync.trusts.get(trustId);
   */
  async get(id: string, options?: CallOptions): Promise<Trust> {
    const path = { id };
    return this.#api.request("GET", "/trusts/{id}", options, { path, feature: "trusts.get", accepts: isTrust });
  }

  /**
   * Disables a trust. Its jobs and their tokens are refused from the next request. Safe to repeat.
   *
   * @example
   * await briksync.trusts.disable(trustId);
   */
  async disable(id: string, options?: CallOptions): Promise<Trust> {
    return this.#api.request("POST", "/trusts/{id}/disable", options, {
      path: { id },
      feature: "trusts.disable",
      accepts: isTrust,
    });
  }

  /**
   * Enables a disabled trust. Safe to repeat.
   *
   * @example
   * await briksync.trusts.enable(trustId);
   */
  async enable(id: string, options?: CallOptions): Promise<Trust> {
    return this.#api.request("POST", "/trusts/{id}/enable", options, {
      path: { id },
      feature: "trusts.enable",
      accepts: isTrust,
    });
  }

  /**
   * Removes a trust permanently. Its jobs and their tokens are refused from the next request.
   *
   * @example
   * await briksync.trusts.remove(trustId);
   */
  async remove(id: string, options?: CallOptions): Promise<void> {
    await this.#api.request("DELETE", "/trusts/{id}", options, { path: { id }, feature: "trusts.remove" });
  }

  /**
   * Returns an iterable over the exchanges of a trust, newest first. It fetches each page when the loop reaches it.
   *
   * @example
   * for await (const entry of briksync.trusts.log(trustId, { refused: true, limit: 20 })) {
   *   console.log(entry.on, entry.type, entry.claim, entry.has);
   * }
   */
  log(id: string, input: TrustLogInput = {}, options?: CallOptions): AsyncIterable<TrustLogEntry> {
    const { refused } = input;
    return this.#api.list("GET", "/trusts/{id}/log", input, options, {
      path: { id },
      query: { refused },
      feature: "trusts.log",
    });
  }

  /**
   * Compares the claims of a token with a trust, claim by claim. Changes nothing and needs no token.
   *
   * @example
   * const { allowed, claims } = await briksync.trusts.test(trustId, { repository_id: "123456", ref: "refs/heads/main" });
   */
  async test(id: string, claims: Readonly<Record<string, unknown>>, options?: CallOptions): Promise<TrustVerdict> {
    return this.#api.request("POST", "/trusts/{id}/test", options, {
      path: { id },
      body: { claims },
      repetition: "safe",
      feature: "trusts.test",
      accepts: isVerdict,
    });
  }
}
