import type { Audit } from "../resources/audit.ts";
import type { Auth } from "../resources/auth.ts";
import type { Keys } from "../resources/keys.ts";
import type { Tokens } from "../resources/tokens.ts";
import type { Trusts } from "../resources/trusts.ts";
import type { ClientParts } from "./client-parts.ts";

/** The client for all runtimes. Its JSON contains its URL, but no credentials. */
export abstract class SessionClient {
  /** Sign-in, sign-out, session and password. */
  readonly auth: Auth;
  /** The API keys of the active company. */
  readonly keys: Keys;
  /** The audit trail of the active company. */
  readonly audit: Audit;
  /** Which jobs of CI platforms may act for the active company. */
  readonly trusts: Trusts;
  /** The automation tokens of the active company. */
  readonly tokens: Tokens;
  readonly #baseUrl: string;

  /** @internal */
  protected constructor({ auth, keys, audit, trusts, tokens, baseUrl }: ClientParts) {
    this.auth = auth;
    this.keys = keys;
    this.audit = audit;
    this.trusts = trusts;
    this.tokens = tokens;
    this.#baseUrl = baseUrl;
  }

  toJSON(): { readonly baseUrl: string } {
    return { baseUrl: this.#baseUrl };
  }
}
