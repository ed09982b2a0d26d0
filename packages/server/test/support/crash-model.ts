import type { HttpClient } from "./http-client.ts";
import type { Random } from "./random.ts";

const keys = "/external/v1/auth/keys";

/** What a client knows about a key from its responses. */
export interface KeyModel {
  readonly id: string;
  readonly name: string;
  readonly isActive: boolean;
  readonly clientSecret: string | null;
  readonly cidrs: readonly string[];
  /** Number of the key's audit events. */
  readonly events: number;
}

/** A call that was sent, with the state of the key before and after it. `before` is null for a new key. */
export interface PendingCall {
  readonly before: KeyModel | null;
  /** The state after the call. The secret is null if only the response contains it. */
  readonly after: Omit<KeyModel, "id"> & { readonly id: string | null };
}

/** A client that changes keys, one call at a time, and remembers the confirmed changes. */
export class CrashWorker {
  readonly keys = new Map<string, KeyModel>();
  pending: PendingCall | null = null;
  acknowledged = 0;
  readonly #name: string;
  readonly #random: Random;
  #counter = 0;

  constructor(name: string, random: Random) {
    this.#name = name;
    this.#random = random;
  }

  /** Makes calls until one fails because of the crash. Throws if the server refuses a valid call. */
  async run(client: HttpClient, token: string): Promise<void> {
    for (;;) {
      try {
        await this.#step(client, token);
      } catch (error) {
        if (error instanceof Error && "code" in error) return;
        throw error;
      }
      this.pending = null;
      this.acknowledged++;
    }
  }

  async #step(client: HttpClient, token: string): Promise<void> {
    const active = [...this.keys.values()].filter(({ isActive }) => isActive);
    const call =
      active.length < 3
        ? "create"
        : this.#random.choose(["create", "rotate", "rotate", "rename", "allow", "disallow", "revoke"]);
    if (call === "create") return this.#create(client, token);
    const key = this.#random.choose(active);
    const path = `${keys}/${key.id}`;
    const events = key.events + 1;
    const send = async (
      after: KeyModel,
      method: string,
      url: string,
      json?: unknown,
    ): Promise<{ clientSecret?: string }> => {
      this.pending = { before: key, after };
      const response = await client.call(method, url, json === undefined ? { token } : { token, json });
      if (response.status >= 300) throw new Error(`${method} ${url} answered ${response.status}: ${response.text}`);
      this.keys.set(key.id, after);
      return response.body ?? {};
    };
    if (call === "rotate") {
      const after = { ...key, events, clientSecret: null };
      const { clientSecret } = await send(after, "POST", `${path}/rotate`);
      this.keys.set(key.id, { ...after, clientSecret: clientSecret ?? null });
    } else if (call === "rename") {
      const name = `${this.#name} renamed ${++this.#counter}`;
      await send({ ...key, events, name }, "PATCH", path, { name });
    } else if (call === "allow") {
      const cidr = `10.${this.#random.pick(256)}.${this.#counter++ % 256}.0/24`;
      if (key.cidrs.includes(cidr) || key.cidrs.length > 50) return;
      await send({ ...key, events, cidrs: [...key.cidrs, cidr].sort() }, "POST", `${path}/ip-allowlist`, { cidr });
    } else if (call === "disallow") {
      if (key.cidrs.length === 0) return;
      const cidr = this.#random.choose(key.cidrs);
      const list = await client.call("GET", `${path}/ip-allowlist`, { token });
      if (list.status !== 200) throw new Error(`GET ${path}/ip-allowlist answered ${list.status}: ${list.text}`);
      const entry = list.body.find((candidate: { cidr: string }) => candidate.cidr === cidr);
      const cidrs = key.cidrs.filter((candidate) => candidate !== cidr);
      await send({ ...key, events, cidrs }, "DELETE", `${path}/ip-allowlist/${entry.id}`);
    } else {
      await send({ ...key, events, isActive: false, clientSecret: null }, "POST", `${path}/revoke`);
    }
  }

  async #create(client: HttpClient, token: string): Promise<void> {
    const name = `${this.#name} ${++this.#counter}`;
    const after = { id: null, name, isActive: true, clientSecret: null, cidrs: ["127.0.0.0/8"], events: 1 };
    this.pending = { before: null, after };
    const response = await client.call("POST", keys, { token, json: { name, ipAllowlist: after.cidrs } });
    if (response.status !== 201) throw new Error(`createKey answered ${response.status}: ${response.text}`);
    const { id, clientSecret } = response.body;
    this.keys.set(id, { ...after, id, clientSecret });
  }
}
