import type { Audit } from "../resources/audit.ts";
import type { Auth } from "../resources/auth.ts";
import type { Keys } from "../resources/keys.ts";
import type { ClientParts } from "./client-parts.ts";

/** What the client of every runtime has. Turned into JSON it shows its address and nothing of its credentials. */
export abstract class SessionClient {
  /** Signing in and out, the session, the password. */
  readonly auth: Auth;
  /** The API keys of the active company. */
  readonly keys: Keys;
  /** The audit trail of the active company. */
  readonly audit: Audit;
  readonly #baseUrl: string;

  /** @internal */
  protected constructor({ auth, keys, audit, baseUrl }: ClientParts) {
    this.auth = auth;
    this.keys = keys;
    this.audit = audit;
    this.#baseUrl = baseUrl;
  }

  toJSON(): { readonly baseUrl: string } {
    return { baseUrl: this.#baseUrl };
  }
}
