import fc from "fast-check";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { BrikSync, isBrikSyncError, isRotationInterrupted } from "../src/index.ts";
import { FakeBrikSync } from "../src/testing.ts";

const LEASE_MS = 120_000;
const UNDELIVERED_MS = 700_000;

beforeEach(() => vi.useFakeTimers({ toFake: ["Date"] }));
afterEach(() => vi.useRealTimers());

/**
 * What happens at one call of a machine: it stalls before or after the call, shortly or past the deadline of an undelivered
 * secret; the call or its answer is lost; the call is given up and arrives late; the machine dies.
 */
interface Event {
  readonly kind:
    | "none"
    | "lose-request"
    | "lose-answer"
    | "arrive-late"
    | "stall-before"
    | "stall-after"
    | "sleep"
    | "die";
  /** For how many turns of the event loop the others continue meanwhile. */
  readonly turns: number;
}

const NOTHING: Event = { kind: "none", turns: 0 };
const CALLS_OF_TWO_RUNS = 14;

const anyFault: fc.Arbitrary<Event> = fc.record({
  kind: fc.constantFrom("lose-request", "lose-answer", "arrive-late", "stall-before", "stall-after", "sleep", "die"),
  turns: fc.constantFrom(0, 1, 5, 25, 100, 200),
});
/** Few faults let two runs get far into each other's way; many let runs end in every half-done state. */
const fewFaults = fc
  .array(fc.tuple(fc.nat(CALLS_OF_TWO_RUNS - 1), anyFault), { maxLength: 3 })
  .map((faults) => Object.assign(Array<Event>(CALLS_OF_TWO_RUNS).fill(NOTHING), Object.fromEntries(faults)));
const manyFaults = fc.array(
  fc.oneof({ weight: 3, arbitrary: fc.constant(NOTHING) }, { weight: 2, arbitrary: anyFault }),
  {
    maxLength: 2 * CALLS_OF_TWO_RUNS,
  },
);
const anyCourse: fc.Arbitrary<readonly Event[]> = fc.oneof(fewFaults, manyFaults);

/** So long that every lease runs out. */
function stall(ms = LEASE_MS + 5_000): void {
  vi.setSystemTime(Date.now() + ms);
}

async function pause(turns: number): Promise<void> {
  for (let turn = 0; turn < turns; turn++) await new Promise((resolve) => setImmediate(resolve));
}

/** A key and the place where its secret is used. */
class Scene {
  readonly fake = new FakeBrikSync();
  readonly id: string;
  readonly isUsed: boolean;
  sink: string;
  /** How often the secret in the sink was refused. */
  refusals = 0;
  /** Calls that were given up and are still on their way. */
  readonly late: Promise<unknown>[] = [];
  /** A fresh token for each call: a course takes longer than one lives. */
  readonly token = (): string => this.fake.addSession().accessToken;

  /** `isUsed` tells whether something uses the secret all the time, or only in the end. */
  constructor(isUsed: boolean) {
    this.isUsed = isUsed;
    const { key, clientSecret } = this.fake.addKey("CRM");
    this.id = key.id;
    this.sink = clientSecret;
  }

  async use(): Promise<void> {
    const headers = { authorization: `Bearer ${this.sink}` };
    const { ok } = await this.fake.fetch("http://127.0.0.1:4870/external/v1/auth/verify", { headers });
    if (!ok) this.refusals++;
  }

  /**
   * A machine that runs the rotation over a bad network, stalls, dies and is run again with the same key, up to four times, and
   * with patience for another run.
   */
  async operate(idempotencyKey: string, course: readonly Event[]): Promise<void> {
    const events = [...course];
    let patience = 40;
    for (let round = 0; round < 4; round++) {
      try {
        await this.run(idempotencyKey, events);
        return;
      } catch (error) {
        if (!isBrikSyncError(error)) throw error;
        if (isEnded(error)) return;
        if (error.type === "ROTATION_IN_PROGRESS" && patience-- > 0) round--;
        await pause(5);
      }
    }
  }

  /** One run, which uses up the events. */
  async run(idempotencyKey: string, events: Event[]): Promise<void> {
    const death = new AbortController();
    const badFetch: typeof fetch = async (input, init) => {
      const { kind, turns } = events.shift() ?? NOTHING;
      if (kind === "die") death.abort();
      death.signal.throwIfAborted();
      if (kind === "stall-before") stall();
      if (kind === "sleep") stall(UNDELIVERED_MS);
      if (kind === "arrive-late") {
        this.late.push(pause(turns).then(() => this.fake.fetch(input, { ...init, signal: null })));
        stall();
        throw new TypeError("fetch failed");
      }
      await pause(turns);
      if (kind === "lose-request") throw new TypeError("fetch failed");
      const answer = await this.fake.fetch(input, init);
      if (this.isUsed) await this.use();
      if (kind === "stall-after") stall();
      await pause(turns);
      if (kind === "lose-answer") throw new TypeError("fetch failed");
      return answer;
    };
    const client = new BrikSync({ fetch: badFetch, accessToken: this.token, maxRetries: 0 });
    await client.keys.rotateSafely(this.id, {
      idempotencyKey,
      signal: death.signal,
      verify: async () => {
        if (!this.isUsed) return;
        await client.verify({ headers: { authorization: `Bearer ${this.sink}` } });
      },
      deliver: async ({ clientSecret }, context) => {
        await context.holdLease();
        if (context.signal.aborted || context.leaseRemainingMs === 0) throw new Error("too late");
        this.sink = clientSecret.reveal();
        if (this.isUsed) await this.use();
      },
    });
  }
}

/** Whether a rotation has ended otherwise and has to be begun anew. */
function isEnded(error: unknown): boolean {
  if (isRotationInterrupted(error)) return error.secrets === "superseded";
  return isBrikSyncError(error) && error.type === "IDEMPOTENCY_SUPERSEDED";
}

it.each([true, false])(
  "C-09 never has the secret in the sink refused, whatever is lost, stalls or dies on two machines, and one more run ends it (in use: %s)",
  async (isUsed) => {
    await fc.assert(
      fc.asyncProperty(anyCourse, anyCourse, async (one, other) => {
        const scene = new Scene(isUsed);
        await Promise.all([scene.operate("one", one), scene.operate("other", other)]);
        await Promise.all(scene.late);
        stall();
        await scene.run("one", []).catch(async (error: unknown) => {
          if (!isEnded(error)) throw error;
          await scene.run("new", []);
        });
        await scene.use();
        expect(scene.refusals).toBe(0);
        const client = new BrikSync({ fetch: scene.fake.fetch, accessToken: scene.token });
        const secrets = await client.keys.rotations.list(scene.id);
        expect(secrets.map(({ state }) => state)).toEqual(["current"]);
      }),
      { numRuns: 250 },
    );
  },
  120_000,
);
