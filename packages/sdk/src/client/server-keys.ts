import type { Api } from "../call/api.ts";
import type { RotateSafelyOptions, SafeRotation } from "../models/safe-rotation.ts";
import { Keys } from "../resources/keys.ts";
import { rotateSafely } from "../rotation/rotate-safely.ts";
import type { Runtime } from "../transport/runtime.ts";

/** The API keys of the active company, where a key's secret may be handled: with the rotation that delivers it. */
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
   * Replaces a key's secret without an outage: stages a new one, has it delivered and verified, and only then ends the old
   * one. One run at a time has the key; a run that stalls and is overtaken delivers again or stops, and never ends the secret
   * in use. Whatever fails, nothing is ended: `RotationInterruptedError` says what holds, and how to go on. What the server
   * refuses at the very beginning, where nothing is changed, is thrown as it is.
   */
  rotateSafely(id: string, options: RotateSafelyOptions): Promise<SafeRotation> {
    return rotateSafely({ keys: this, anonymousApi: this.#anonymousApi, runtime: this.#runtime }, id, options);
  }
}
