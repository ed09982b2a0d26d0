import type { Api } from "../call/api.ts";
import type { RotateSafelyOptions, SafeRotation } from "../models/safe-rotation.ts";
import { Keys } from "../resources/keys.ts";
import { rotateSafely } from "../rotation/rotate-safely.ts";
import type { Runtime } from "../transport/runtime.ts";

/** The API keys of the active company, with `rotateSafely`. For server runtimes only, because it handles secrets. */
export class ServerKeys extends Keys {
  readonly #anonymousApi: Api;
  readonly #runtime: Runtime;

  /** @internal */
  constructor(api: Api, anonymousApi: Api, runtime: Runtime) {
    super(api);
    this.#anonymousApi = anonymousApi;
    this.#runtime = runtime;
  }

  /**
   * Rotates a key's secret without an outage: creates a new secret, calls `deliver`, verifies the secret, and then
   * ends the old one. Only one run at a time can rotate a key. A run that loses its lease delivers again or stops.
   *
   * @example
   * await briksync.keys.rotateSafely(keyId, {
   *   deliver: async ({ clientSecret }, { holdLease }) => {
   *     await holdLease();
   *     await vault.write(clientSecret.reveal());
   *   },
   * });
   *
   * @throws {RotationInterruptedError} if a started rotation fails. No secret that may be in use was ended. The error
   * says which secrets work and how to resume.
   * @throws {BrikSyncError} if the rotation could not be started.
   */
  rotateSafely(id: string, options: RotateSafelyOptions): Promise<SafeRotation> {
    return rotateSafely({ keys: this, anonymousApi: this.#anonymousApi, runtime: this.#runtime }, id, options);
  }
}
