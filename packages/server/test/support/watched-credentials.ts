import { setTimeout } from "node:timers/promises";
import type { ClusterNode } from "./cluster.ts";
import type { CallLedger } from "./cluster-calls.ts";
import type { Random } from "./random.ts";

/** `open`: a call that may change the credential is running, or its outcome is unknown. */
export type CredentialState = "live" | "ended" | "open";

/** A secret or an access token, and the expected response of every node. */
export interface WatchedCredential {
  readonly value: string;
  readonly kind: "secret" | "session";
  readonly describe: () => string;
  state: CredentialState;
  /** Changes with every change of state, so that a response can be assigned to one state. */
  version: number;
}

const recentMax = 60;
const hangingMs = 300;
const paths = { secret: "/external/v1/auth/verify", session: "/external/v1/auth/me" } as const;

/** All credentials of a run. Any node may be asked about any of them at any time. */
export class WatchedCredentials {
  readonly #all: WatchedCredential[] = [];
  readonly #recent: WatchedCredential[] = [];
  readonly #ledger: CallLedger;
  readonly #underway = new Set<Promise<void>>();
  /** Number of responses with a certain expectation: accepted and refused. */
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

  /** Calls one node with a credential, and reports a wrong response. */
  async check(node: ClusterNode, credential: WatchedCredential): Promise<void> {
    const { state, version, kind, value } = credential;
    const call = { method: "GET", path: paths[kind], token: value, expected: [200, 401] };
    const outcome = await this.#ledger.ask(node, call, credential.describe);
    if (outcome.kind !== "done" || credential.version !== version || state === "open") return;
    const isAccepted = outcome.response.status === 200;
    this.counts[state]++;
    if (isAccepted === (state === "live")) return;
    this.#ledger.report(
      `${node.name} ${isAccepted ? "accepted an ended" : "refused a live"} ${kind}: ${outcome.response.text}${credential.describe()}`,
    );
  }

  /** Calls a node with credentials continuously, mostly with the recently changed ones, until `isOver` returns true. */
  async checkContinuously(node: ClusterNode, random: Random, isOver: () => boolean): Promise<void> {
    while (!isOver()) {
      const from = this.#recent.length > 0 && random.pick(3) > 0 ? this.#recent : this.#all;
      if (from.length > 0) await this.check(node, random.choose(from));
      // Leaves processor time to the nodes, also while a dead node refuses calls immediately.
      await setTimeout(8);
    }
  }

  /**
   * Calls all nodes with each credential at the same time. Waits only briefly. A slow node is checked when it responds.
   */
  async checkNow(nodes: readonly ClusterNode[], credentials: readonly WatchedCredential[]): Promise<void> {
    const checks = credentials.flatMap((credential) => nodes.map((node) => this.check(node, credential)));
    for (const check of checks) {
      this.#underway.add(check);
      void check.then(() => this.#underway.delete(check));
    }
    await Promise.race([Promise.all(checks), setTimeout(hangingMs)]);
  }

  /** Resolves when all calls of `checkNow` have a response. */
  async finish(): Promise<void> {
    await Promise.all(this.#underway);
  }

  /** Calls every node with each live credential, and with those that ended last. */
  async checkAll(nodes: readonly ClusterNode[]): Promise<void> {
    const asked = new Set([...this.#all.filter(({ state }) => state === "live"), ...this.#recent]);
    for (const credential of asked) await Promise.all(nodes.map((node) => this.check(node, credential)));
  }
}
