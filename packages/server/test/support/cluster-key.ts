import type { CredentialState, WatchedCredential, WatchedCredentials } from "./watched-credentials.ts";

/** What a client knows of a key from what it was told; secrets in the clear, null where only a lost answer would have told. */
export interface KeyState {
  readonly name: string;
  readonly isActive: boolean;
  readonly cidrs: readonly string[];
  readonly current: string | null;
  readonly pending: { readonly rotationId: string; readonly secret: string | null } | null;
  /** Events of the audit trail that tell of it. */
  readonly events: number;
}

/** A change whose outcome is not known: how it was before, and how it is if it took effect. */
export interface UnsettledChange {
  readonly after: KeyState;
  /** Makes the same call once more, where the server recognizes it; true when it was answered. */
  readonly repeat: (() => Promise<boolean>) | null;
}

const historyMax = 40;
/** The network that the tests call from. */
export const ownNetwork = "127.0.0.0/8";

/** One key of one client, with everything that was ever heard of it. */
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
    this.become(state);
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

  /** The secrets to which a change makes a difference. */
  listTouched(after: KeyState): WatchedCredential[] {
    return [...this.#secrets]
      .filter(([value]) => expectState(this.#state, value) !== expectState(after, value))
      .map(([, secret]) => secret);
  }

  /** Before a change is asked for: from now on nobody can say what becomes of the secrets that it may touch. */
  prepare(after: KeyState): void {
    for (const secret of this.listTouched(after)) this.#watched.set(secret, "open");
  }

  /** From now on, the moment that the answer came, the key is like this on every node. */
  become(state: KeyState): void {
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
