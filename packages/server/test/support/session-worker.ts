import { setTimeout } from "node:timers/promises";
import type { ClusterNode } from "./cluster.ts";
import type { WorkerContext } from "./cluster-worker.ts";
import type { Person } from "./people.ts";
import type { Random } from "./random.ts";

const auth = "/external/v1/auth";
/** A pause, because the hash of each sign-in takes as long as many other calls. */
const pauseMs = 200;

/** A user who signs in and out on any node. */
export class SessionWorker {
  signOuts = 0;
  readonly #context: WorkerContext;
  readonly #person: Person;
  readonly #random: Random;
  #signIns = 0;

  constructor(context: WorkerContext, person: Person, random: Random) {
    this.#context = context;
    this.#person = person;
    this.#random = random;
  }

  /** Signs in and out until `isOver` returns true. */
  async work(isOver: () => boolean): Promise<void> {
    for (; !isOver(); await setTimeout(pauseMs)) {
      const { email, password } = this.#person;
      const signIn = { method: "POST", path: `${auth}/signin`, json: { email, password }, expected: [200] };
      const first = await this.#context.ledger.ask(this.#pickNode(), signIn);
      if (first.kind !== "done") continue;
      await this.#use(first.response.body.accessToken);
    }
  }

  async #use(token: string): Promise<void> {
    const { ledger, watched } = this.#context;
    const name = `\n    session ${++this.#signIns} of ${this.#person.email}`;
    let history = "";
    const session = watched.add(token, "session", () => `${name}${history}`);
    watched.set(session, "live");
    await setTimeout(this.#random.pick(2 * pauseMs));
    await watched.checkNow(this.#context.nodes, [session]);
    watched.set(session, "open");
    const node = this.#pickNode();
    const outcome = await ledger.ask(node, { method: "POST", path: `${auth}/signout`, token, expected: [204] });
    history = `, sign-out on ${node.name} ${outcome.kind} at ${new Date().toISOString()}`;
    if (outcome.kind === "unknown") return;
    watched.set(session, outcome.kind === "done" ? "ended" : "live");
    if (outcome.kind === "done") this.signOuts++;
    await watched.checkNow(this.#context.nodes, [session]);
  }

  #pickNode(): ClusterNode {
    return this.#random.choose(this.#context.nodes);
  }
}
