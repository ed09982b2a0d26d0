import type { TokenSource } from "../call/tokens.ts";
import { Audit } from "../resources/audit.ts";
import { Auth } from "../resources/auth.ts";
import { Keys } from "../resources/keys.ts";
import { Tokens } from "../resources/tokens.ts";
import { Trusts } from "../resources/trusts.ts";
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
  protected constructor({ baseUrl, authParts, api }: ClientParts<TokenSource>) {
    this.auth = new Auth(...authParts);
    this.keys = new Keys(api);
    this.audit = new Audit(api);
    this.trusts = new Trusts(api);
    this.tokens = new Tokens(api);
    this.#baseUrl = baseUrl;
  }

  toJSON(): { readonly baseUrl: string } {
    return { baseUrl: this.#baseUrl };
  }
}
