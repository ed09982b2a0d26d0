import type { Api } from "../call/api.ts";
import { hasFields, hasTexts, isListWith } from "../call/response-shape.ts";
import { isApiError } from "../errors/guards.ts";
import type { ApiKey } from "../models/api-key.ts";
import type { CallOptions } from "../models/call-options.ts";
import type { AbortOptions, FinishOptions, LiveSecret, RenewedLease, RenewOptions } from "../models/rotation.ts";

const isKey = hasTexts("id", "name", "clientId", "status");
/** Returns whether a body is a lease. Its duration must be positive, because timers depend on it. */
const isLease = hasFields({ id: "text", leaseExpiresOn: "text", leaseSeconds: "positive" });
const isListOfSecrets = isListWith("id", "state");

/**
 * Staged rotations that have started. Available as `briksync.keys.rotations`. All calls are safe to repeat, and the SDK
 * retries them.
 */
export class Rotations {
  readonly #api: Api;

  /** @internal */
  constructor(api: Api) {
    this.#api = api;
  }

  /**
   * Returns all working secrets of a key with their last use: the current secret, then pending secrets from oldest to
   * newest, then retiring secrets.
   *
   * @example
   * const secrets = await briksync.keys.rotations.list(keyId);
   * const current = secrets.find(({ state }) => state === "current");
   */
  list(id: string, options?: CallOptions): Promise<readonly LiveSecret[]> {
    return listRotations(this.#api, id, "keys.rotations.list", options);
  }

  /**
   * Finishes a rotation. Its secret becomes the current one. The other secrets stop working immediately, or after
   * `graceSeconds`.
   *
   * @throws {ApiError} `ROTATION_IN_PROGRESS` if another rotation may have delivered its secret later.
   *
   * @example
   * await briksync.keys.rotations.finish(keyId, rotation.id, { graceSeconds: 3600 });
   */
  async finish(id: string, rotationId: string, options?: FinishOptions): Promise<ApiKey> {
    const { graceSeconds, leaseExpiresOn, takeOver } = options ?? {};
    return this.#api.request("POST", "/keys/{id}/rotations/{rotationId}/finish", options, {
      path: { id, rotationId },
      body: { graceSeconds, leaseExpiresOn, takeOver },
      repetition: "safe",
      feature: "keys.rotations.finish",
      ownOptions: ["graceSeconds", "leaseExpiresOn", "takeOver"],
      accepts: isKey,
    });
  }

  /**
   * Aborts a rotation and ends its secret. After a lost response, the SDK checks whether the secret has ended, and
   * treats that as success.
   *
   * @throws {ApiError} `ROTATION_IN_USE` if the secret was used or may have been delivered, unless `force` is set.
   * `NOT_FOUND` if the rotation is finished or does not exist.
   *
   * @example
   * await briksync.keys.rotations.abort(keyId, rotation.id, { force: true });
   */
  async abort(id: string, rotationId: string, options?: AbortOptions): Promise<void> {
    const { force, ...calls } = options ?? {};
    try {
      await this.#api.request("POST", "/keys/{id}/rotations/{rotationId}/abort", options, {
        path: { id, rotationId },
        body: { force },
        repetition: "safe",
        feature: "keys.rotations.abort",
        ownOptions: ["force"],
      });
    } catch (error) {
      if (!isApiError(error, "NOT_FOUND") || error.outcome !== "unknown") throw error;
      const secrets = await this.list(id, calls).catch(() => null);
      if (secrets === null || secrets.some((secret) => secret.id === rotationId)) throw error;
    }
  }

  /**
   * Takes or renews the lease of a rotation for its full duration. The lease is the right to deliver the secret. Call
   * this method right before each delivery. After it, the secret no longer expires.
   *
   * @throws {ApiError} `ROTATION_IN_PROGRESS` if another rotation holds the lease. `NOT_FOUND` if the rotation is
   * finished or does not exist.
   *
   * @example
   * const { leaseExpiresOn } = await briksync.keys.rotations.renew(keyId, rotation.id);
   * await vault.write(rotation.clientSecret.reveal());
   * await briksync.keys.rotations.finish(keyId, rotation.id, { leaseExpiresOn });
   */
  async renew(id: string, rotationId: string, options?: RenewOptions): Promise<RenewedLease> {
    const { leaseExpiresOn } = options ?? {};
    return this.#api.request("POST", "/keys/{id}/rotations/{rotationId}/renew", options, {
      path: { id, rotationId },
      body: { leaseExpiresOn },
      repetition: "safe",
      feature: "keys.rotations.renew",
      ownOptions: ["leaseExpiresOn"],
      accepts: isLease,
    });
  }
}

/** Returns all working secrets of a key. If the server does not support rotations, the error contains `feature`. */
export async function listRotations(
  api: Api,
  id: string,
  feature: string,
  options: CallOptions | undefined,
): Promise<readonly LiveSecret[]> {
  return api.request("GET", "/keys/{id}/rotations", options, { path: { id }, feature, accepts: isListOfSecrets });
}
