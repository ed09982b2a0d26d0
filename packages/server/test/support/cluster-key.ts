import type { CredentialState, WatchedCredential, WatchedCredentials } from "./watched-credentials.ts";

/** What a client knows about a key. Secrets are in plain text. A secret is null if its response was lost. */
export interface KeyState {
  readonly name: string;
  readonly isActive: boolean;
  readonly cidrs: readonly string[];
  readonly current: string | null;
  readonly pending: { readonly rotationId: string; readonly secret: string | null } | null;
  /** Number of the key's audit events. */
  readonly events: number;
}

/** A change with an unknown outcome, with the state of the key if it took effect. */
export interface UnsettledChange {
  readonly after: KeyState;
  /** Repeats the call if the server recognizes the repetition. Returns true if it got a response. */
  readonly repeat: (() => Promise<boolean>) | null;
}

const historyMax = 40;
/** The network that the tests call from. */
export const ownNetwork = "127.0.0.0/8";

/** One key of a client, with all responses about it. */
export class ClusterKey {
  readonly id: string;
  unsettled: UnsettledChange | null = null;
  #state: KeyState;
  readonly #secrets = new Map<string, WatchedCredential>();
  readonly #watched: WatchedCredentials;
  readonly #history: string[] = [];

  constructor(id: string, state: KeyState, watched: WatchedCredentials) {
    this.id = id;
    this.#watched = watched;
    this.#state = state;
    this.setState(state);
  }

  get state(): KeyState {
    return this.#state;
  }

  note(line: string): void {
    this.#history.push(`${new Date().toISOString()} ${line}`);
    if (this.#history.length > historyMax) this.#history.shift();
  }

  describe = (): string =>
    `\n    key ${this.id} (${this.#state.name})${this.#history.map((line) => `\n    ${line}`).join("")}`;

  /** Returns the secrets that a change affects. */
  listAffected(after: KeyState): WatchedCredential[] {
    return [...this.#secrets]
      .filter(([value]) => expectState(this.#state, value) !== expectState(after, value))
      .map(([, secret]) => secret);
  }

  /** Marks the secrets that a change may affect as open. Call it before the change is sent. */
  prepare(after: KeyState): void {
    for (const secret of this.listAffected(after)) this.#watched.set(secret, "open");
  }

  /** Sets the state that the key has on every node from this response on. */
  setState(state: KeyState): void {
    this.#state = state;
    for (const value of [state.current, state.pending?.secret]) {
      if (value == null || this.#secrets.has(value)) continue;
      this.#secrets.set(value, this.#watched.add(value, "secret", this.describe));
    }
    for (const [value, secret] of this.#secrets) this.#watched.set(secret, expectState(state, value));
  }
}

function expectState({ isActive, cidrs, current, pending }: KeyState, secret: string): CredentialState {
  const admits = cidrs.length === 0 || cidrs.includes(ownNetwork);
  return isActive && admits && (secret === current || secret === pending?.secret) ? "live" : "ended";
}
