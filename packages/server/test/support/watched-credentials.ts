import { setTimeout } from "node:timers/promises";
import type { ClusterNode } from "./cluster.ts";
import type { CallLedger } from "./cluster-calls.ts";
import type { Random } from "./random.ts";

/** `open`: a call that may change it is under way, or its outcome unknown. */
export type CredentialState = "live" | "ended" | "open";

/** A secret or an access token, and what every node must say to it. */
export interface WatchedCredential {
  readonly value: string;
  readonly kind: "secret" | "session";
  readonly describe: () => string;
  state: CredentialState;
  /** Changes with every change of state, so that an answer can be told to belong to one. */
  version: number;
}

const recentMax = 60;
const hangingMs = 300;
const paths = { secret: "/external/v1/auth/verify", session: "/external/v1/auth/me" } as const;

/** All credentials there ever were. Any node is asked about any of them at any time. */
export class WatchedCredentials {
  readonly #all: WatchedCredential[] = [];
  readonly #recent: WatchedCredential[] = [];
  readonly #ledger: CallLedger;
  readonly #underway = new Set<Promise<void>>();
  /** Answers that had to be as they were: accepted, refused. */
  readonly counts = { live: 0, ended: 0 };

  constructor(ledger: CallLedger) {
    this.#ledger = ledger;
  }

  add(value: string, kind: WatchedCredential["kind"], describe: () => string): WatchedCredential {
    const credential: WatchedCredential = { value, kind, describe, state: "open", version: 0 };
    this.#all.push(credential);
    return credential;
  }

  set(credential: WatchedCredential, state: CredentialState): void {
    if (credential.state === state) return;
    credential.state = state;
    credential.version++;
    this.#recent.push(credential);
    if (this.#recent.length > recentMax) this.#recent.shift();
  }

  /** Asks one node about one, and reports an answer that cannot be. */
  async check(node: ClusterNode, credential: WatchedCredential): Promise<void> {
    const { state, version, kind, value } = credential;
    const call = { method: "GET", path: paths[kind], token: value, expected: [200, 401] };
    const outcome = await this.#ledger.ask(node, call, credential.describe);
    if (outcome.kind !== "done" || credential.version !== version || state === "open") return;
    const isAccepted = outcome.answer.status === 200;
    this.counts[state]++;
    if (isAccepted === (state === "live")) return;
    this.#ledger.report(
      `${node.name} ${isAccepted ? "accepted an ended" : "refused a live"} ${kind}: ${outcome.answer.text}${credential.describe()}`,
    );
  }

  /** Asks a node again and again, above all about what changed last, until told to stop. */
  async checkAllTheTime(node: ClusterNode, random: Random, isOver: () => boolean): Promise<void> {
    while (!isOver()) {
      const from = this.#recent.length > 0 && random.pick(3) > 0 ? this.#recent : this.#all;
      if (from.length > 0) await this.check(node, random.choose(from));
      // Also where a dead node refuses at once. Leaves time of the processor to the nodes.
      await setTimeout(8);
    }
  }

  /** Asks every node at once about each of these. Does not wait long: a node that hangs is judged when it answers. */
  async checkNow(nodes: readonly ClusterNode[], credentials: readonly WatchedCredential[]): Promise<void> {
    const checks = credentials.flatMap((credential) => nodes.map((node) => this.check(node, credential)));
    for (const check of checks) {
      this.#underway.add(check);
      void check.then(() => this.#underway.delete(check));
    }
    await Promise.race([Promise.all(checks), setTimeout(hangingMs)]);
  }

  /** Resolves when nothing that `checkNow` asked is unanswered. */
  async finish(): Promise<void> {
    await Promise.all(this.#underway);
  }

  /** Asks every node about each that is live, and those that ended last. */
  async checkAll(nodes: readonly ClusterNode[]): Promise<void> {
    const asked = new Set([...this.#all.filter(({ state }) => state === "live"), ...this.#recent]);
    for (const credential of asked) await Promise.all(nodes.map((node) => this.check(node, credential)));
  }
}
