import { setTimeout } from "node:timers/promises";
import type { ClusterNode } from "./cluster.ts";
import { type CallLedger, type Outcome, type PlannedCall, retryUntilDone } from "./cluster-calls.ts";
import { ClusterKey, type KeyState, ownNetwork } from "./cluster-key.ts";
import type { HttpResponse } from "./http-client.ts";
import type { Random } from "./random.ts";
import type { WatchedCredentials } from "./watched-credentials.ts";

const keysPath = "/external/v1/auth/keys";
const activeMin = 3;
const activeMax = 8;

type Change = "rename" | "allow" | "disallow" | "rotate" | "stage" | "finish" | "abort" | "revoke";
const changes: readonly Change[] = [
  ...([
    "rename",
    "allow",
    "disallow",
    "rotate",
    "rotate",
    "stage",
    "stage",
    "finish",
    "finish",
    "abort",
    "revoke",
  ] as const),
];

/** Shared state of all workers. */
export interface WorkerContext {
  readonly nodes: readonly ClusterNode[];
  readonly ledger: CallLedger;
  readonly watched: WatchedCredentials;
}

/**
 * A client that changes its own keys, one call at a time, mostly on one node, and knows the state that each must have.
 * It does not change keys whose last change is unsettled.
 */
export class ClusterWorker {
  readonly keys = new Map<string, ClusterKey>();
  acknowledged = 0;
  unknown = 0;
  /** Repeated calls that replayed the response of the first call. */
  replays = 0;
  readonly #name: string;
  readonly #home: ClusterNode;
  readonly #context: WorkerContext;
  readonly #token: string;
  readonly #random: Random;
  readonly #unsettledCreates = new Set<() => Promise<boolean>>();
  #counter = 0;

  constructor(name: string, home: ClusterNode, context: WorkerContext, token: string, random: Random) {
    this.#name = name;
    this.#home = home;
    this.#context = context;
    this.#token = token;
    this.#random = random;
  }

  /** Changes keys until `isOver` returns true. */
  async work(isOver: () => boolean): Promise<void> {
    while (!isOver()) {
      const settled = [...this.keys.values()].filter(({ state, unsettled }) => state.isActive && unsettled === null);
      if (settled.length < activeMin) await this.#create();
      else await this.#change(this.#random.choose(settled), settled.length);
      await setTimeout(12);
    }
  }

  /** Repeats all repeatable calls, so that their outcome is known. Throws if a call gets no response for a while. */
  async settleRepeatable(): Promise<void> {
    for (const repeat of [...this.#unsettledCreates])
      await retryUntilDone(repeat, `a repeated createKey of ${this.#name}`);
    for (const { unsettled, id } of this.keys.values()) {
      if (unsettled?.repeat != null) await retryUntilDone(unsettled.repeat, `a repeated rotateKey of ${id}`);
    }
  }

  #pickNode(): ClusterNode {
    return this.#random.pick(4) > 0 ? this.#home : this.#random.choose(this.#context.nodes);
  }

  async #create(): Promise<void> {
    const name = `${this.#name} ${++this.#counter}`;
    const headers = { "idempotency-key": `create ${name}`.replaceAll(" ", "-") };
    const json = { name, ipAllowlist: [ownNetwork] };
    const call = { method: "POST", path: keysPath, token: this.#token, json, headers };
    const take = (outcome: Outcome): boolean => {
      if (outcome.kind !== "done" || this.#isStillRunning(outcome.response)) return false;
      const { body } = outcome.response;
      this.#noteReplay(outcome);
      const state = { name, isActive: true, cidrs: [ownNetwork], current: body.clientSecret, pending: null, events: 1 };
      const key = new ClusterKey(body.id, state, this.#context.watched);
      key.note(`created as ${name}`);
      this.keys.set(key.id, key);
      this.acknowledged++;
      return true;
    };
    const first = await this.#ask({ ...call, expected: [201] });
    if (take(first) || first.kind === "refused") return;
    this.unknown++;
    const repeat = async (): Promise<boolean> => {
      const isDone = take(await this.#ask({ ...call, expected: [201, 409] }));
      if (isDone) this.#unsettledCreates.delete(repeat);
      return isDone;
    };
    this.#unsettledCreates.add(repeat);
    if (this.#random.pick(2) === 0) await repeat();
  }

  async #change(key: ClusterKey, active: number): Promise<void> {
    const change = active >= activeMax ? "revoke" : this.#random.choose(changes);
    const { state } = key;
    const path = `${keysPath}/${key.id}`;
    const events = state.events + 1;
    if (change === "rename") {
      const name = `${this.#name} renamed ${++this.#counter}`;
      await this.#send(key, { method: "PATCH", path, json: { name }, expected: [200] }, { ...state, events, name });
    } else if (change === "allow") {
      const cidr = !state.cidrs.includes(ownNetwork)
        ? ownNetwork
        : `10.${this.#random.pick(256)}.${this.#counter++ % 256}.0/24`;
      if (state.cidrs.includes(cidr) || state.cidrs.length > 20) return;
      const after = { ...state, events, cidrs: [...state.cidrs, cidr] };
      await this.#send(key, { method: "POST", path: `${path}/ip-allowlist`, json: { cidr }, expected: [201] }, after);
    } else if (change === "disallow") {
      await this.#disallow(key);
    } else if (change === "rotate" || change === "stage") {
      await this.#rotate(key, change);
    } else if (change === "finish" || change === "abort") {
      if (state.pending === null) return;
      const json = change === "finish" ? {} : { force: true };
      const expected = change === "finish" ? [200] : [204];
      const current = change === "finish" ? state.pending.secret : state.current;
      const rotationPath = `${path}/rotations/${state.pending.rotationId}/${change}`;
      const after = { ...state, events, current, pending: null };
      await this.#send(key, { method: "POST", path: rotationPath, json, expected }, after);
    } else {
      const after = { ...state, events, isActive: false, current: null, pending: null };
      await this.#send(key, { method: "POST", path: `${path}/revoke`, expected: [200] }, after);
    }
  }

  /** Removes an entry, but never the last one, because an empty list would allow every address. */
  async #disallow(key: ClusterKey): Promise<void> {
    const { state } = key;
    if (state.cidrs.length < 2) return;
    const cidr = this.#random.choose(state.cidrs);
    const path = `${keysPath}/${key.id}/ip-allowlist`;
    const listed = await this.#ask({ method: "GET", path, expected: [200] }, key);
    if (listed.kind !== "done") return;
    const entry = listed.response.body.find((candidate: { cidr: string }) => candidate.cidr === cidr);
    if (entry === undefined) {
      this.#context.ledger.report(`${cidr} is not in the allowlist${key.describe()}`);
      return;
    }
    const cidrs = state.cidrs.filter((candidate) => candidate !== cidr);
    const after = { ...state, events: state.events + 1, cidrs };
    await this.#send(key, { method: "DELETE", path: `${path}/${entry.id}`, expected: [204] }, after);
  }

  async #rotate(key: ClusterKey, change: "rotate" | "stage"): Promise<void> {
    const { state } = key;
    if (change === "stage" && state.pending !== null) return;
    const events = state.events + 1;
    const headers = { "idempotency-key": `${change}-${key.id}-${++this.#counter}` };
    const json = change === "stage" ? { mode: "staged" } : {};
    const call = { method: "POST", path: `${keysPath}/${key.id}/rotate`, json, headers };
    const unknownAfter: KeyState =
      change === "stage"
        ? { ...state, events, pending: { rotationId: "", secret: null } }
        : { ...state, events, current: null, pending: null };
    const learn = (body: { clientSecret: string; rotationId?: string }): KeyState =>
      change === "stage"
        ? { ...unknownAfter, pending: { rotationId: body.rotationId ?? "", secret: body.clientSecret } }
        : { ...unknownAfter, current: body.clientSecret };
    const repeat = async (): Promise<boolean> => {
      const outcome = await this.#ask({ ...call, expected: [200, 409] }, key);
      if (outcome.kind !== "done" || this.#isStillRunning(outcome.response, key)) return false;
      this.#noteReplay(outcome);
      this.#take(key, learn(outcome.response.body));
      return true;
    };
    await this.#send(key, { ...call, expected: [200] }, unknownAfter, { learn, repeat });
    if (
      key.unsettled !== null ? this.#random.pick(2) === 0 : key.state.events === events && this.#random.pick(5) === 0
    ) {
      await repeat();
    }
  }

  /** Sends a change, and sets the key's state from the response. */
  async #send(
    key: ClusterKey,
    call: Omit<PlannedCall, "token">,
    after: KeyState,
    // biome-ignore lint/suspicious/noExplicitAny: JSON of a response, as in `Answer`.
    repeatable: { learn(body: any): KeyState; repeat(): Promise<boolean> } | null = null,
  ): Promise<void> {
    const { nodes, watched } = this.#context;
    const affected = key.listAffected(after);
    // A node that caches the response would now have it in its cache.
    await watched.checkNow(nodes, affected);
    key.prepare(after);
    const outcome = await this.#ask(call, key);
    if (outcome.kind === "done") {
      this.#take(key, repeatable === null ? after : repeatable.learn(outcome.response.body));
    } else if (outcome.kind === "refused") key.setState(key.state);
    else {
      this.unknown++;
      key.unsettled = { after, repeat: repeatable?.repeat ?? null };
    }
    await watched.checkNow(nodes, affected);
  }

  #take(key: ClusterKey, state: KeyState): void {
    key.setState(state);
    key.unsettled = null;
    this.acknowledged++;
  }

  /** Returns whether the call that this one repeats is still running. Reports any other conflict. */
  #isStillRunning({ status, body, text }: HttpResponse, key: ClusterKey | null = null): boolean {
    if (status !== 409) return false;
    if (body.error.type !== "IDEMPOTENCY_IN_PROGRESS") {
      this.#context.ledger.report(`A repeated call was answered ${text}${key?.describe() ?? ""}`);
    }
    return true;
  }

  #noteReplay(outcome: Outcome): void {
    if (outcome.kind === "done" && outcome.response.headers["idempotency-replayed"] === "true") this.replays++;
  }

  async #ask(call: Omit<PlannedCall, "token">, key: ClusterKey | null = null): Promise<Outcome> {
    const node = this.#pickNode();
    const sent = `${call.method} ${call.path} ${JSON.stringify(call.json ?? null)} on ${node.name}`;
    key?.note(`${sent} sent`);
    const outcome = await this.#context.ledger.ask(node, { ...call, token: this.#token }, key?.describe);
    key?.note(`${sent}: ${outcome.kind === "done" ? outcome.response.status : `${outcome.kind} (${outcome.why})`}`);
    return outcome;
  }
}
