import type { Audit } from "../resources/audit.ts";
import type { Auth } from "../resources/auth.ts";
import type { Keys } from "../resources/keys.ts";
import type { ClientParts } from "./client-parts.ts";

/** The client for all runtimes. Its JSON contains its URL, but no credentials. */
export abstract class SessionClient {
  /** Sign-in, sign-out, session and password. */
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
