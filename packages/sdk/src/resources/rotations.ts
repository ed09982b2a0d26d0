import { hasTexts, isListOfRecords } from "../call/answer-shape.ts";
import type { Api } from "../call/api.ts";
import { isRecord } from "../call/json.ts";
import { isApiError } from "../errors/guards.ts";
import type { ApiKey } from "../models/api-key.ts";
import type { CallOptions } from "../models/call-options.ts";
import type { AbortOptions, FinishOptions, LiveSecret, RenewedLease, RenewOptions } from "../models/rotation.ts";

const isKey = hasTexts("id", "name", "clientId", "status");
const hasLeaseTexts = hasTexts("id", "leaseExpiresOn");
const hasState = hasTexts("state");

/**
 * What happens to staged rotations after their start. Reached as `briksync.keys.rotations`. Each call may be made twice
 * without harm and is repeated by itself.
 */
export class Rotations {
  readonly #api: Api;

  /** @internal */
  constructor(api: Api) {
    this.#api = api;
  }

  /** Every secret of the key that works, and its last use: current, then pending from the oldest, then retiring. */
  list(id: string, options?: CallOptions): Promise<readonly LiveSecret[]> {
    return listRotations(this.#api, id, "keys.rotations.list", options);
  }

  /**
   * Makes the rotation's secret the only one: the others end at once, or after the grace. Throws `ApiError`
   * `ROTATION_IN_PROGRESS` where another rotation may have been delivered since.
   */
  async finish(id: string, rotationId: string, options?: FinishOptions): Promise<ApiKey> {
    const { graceSeconds, leaseExpiresOn, takeOver } = options ?? {};
    const { body } = await this.#api.request(
      "POST",
      "/external/v1/auth/keys/{id}/rotations/{rotationId}/finish",
      {
        path: { id, rotationId },
        body: { graceSeconds, leaseExpiresOn, takeOver },
        repetition: "safe",
        feature: "keys.rotations.finish",
        ownOptions: ["graceSeconds", "leaseExpiresOn", "takeOver"],
        accepts: isKey,
      },
      options,
    );
    return body;
  }

  /**
   * Ends the rotation's secret. Throws `ApiError` `ROTATION_IN_USE` for one that was used or may have been delivered, unless
   * forced, and `NOT_FOUND` for a rotation that is finished or gone. After a lost answer the server knows it no more: then
   * it is looked up, and an ended secret counts as the success it is.
   */
  async abort(id: string, rotationId: string, options?: AbortOptions): Promise<void> {
    const { force, ...calls } = options ?? {};
    try {
      await this.#api.request(
        "POST",
        "/external/v1/auth/keys/{id}/rotations/{rotationId}/abort",
        {
          path: { id, rotationId },
          body: { force },
          repetition: "safe",
          feature: "keys.rotations.abort",
          ownOptions: ["force"],
        },
        options,
      );
    } catch (error) {
      if (!isApiError(error, "NOT_FOUND") || error.outcome !== "unknown") throw error;
      const secrets = await this.list(id, calls).catch(() => null);
      if (secrets === null || secrets.some((secret) => secret.id === rotationId)) throw error;
    }
  }

  /**
   * Takes or keeps the rotation's lease, for its full length from now: the right to deliver its secret. Call it right before
   * each delivery; from then on the secret does not end by itself. Throws `ApiError` `ROTATION_IN_PROGRESS` while another
   * rotation has it, and `NOT_FOUND` for a rotation that is finished or gone.
   */
  async renew(id: string, rotationId: string, options?: RenewOptions): Promise<RenewedLease> {
    const { leaseExpiresOn } = options ?? {};
    const { body } = await this.#api.request(
      "POST",
      "/external/v1/auth/keys/{id}/rotations/{rotationId}/renew",
      {
        path: { id, rotationId },
        body: { leaseExpiresOn },
        repetition: "safe",
        feature: "keys.rotations.renew",
        ownOptions: ["leaseExpiresOn"],
        accepts: isLease,
      },
      options,
    );
    return body;
  }
}

/** Every live secret of a key. `feature` names what the caller asked for, where the server knows no rotations. */
export async function listRotations(
  api: Api,
  id: string,
  feature: string,
  options: CallOptions | undefined,
): Promise<readonly LiveSecret[]> {
  const { body } = await api.request(
    "GET",
    "/external/v1/auth/keys/{id}/rotations",
    { path: { id }, feature, accepts: isListOfSecrets },
    options,
  );
  return body;
}

/** Timers depend on the length of a lease. */
function isLease(body: unknown): boolean {
  return hasLeaseTexts(body) && isRecord(body) && Number(body["leaseSeconds"]) > 0;
}

function isListOfSecrets(body: unknown): boolean {
  return isListOfRecords(body) && Array.isArray(body) && body.every(hasState);
}
