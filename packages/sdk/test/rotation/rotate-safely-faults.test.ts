import fc from "fast-check";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { BrikSync, isBrikSyncError, isRotationInterrupted } from "../../src/index.ts";
import { FakeBrikSync } from "../../src/testing.ts";

const leaseMs = 120_000;
const undeliveredMs = 700_000;

beforeEach(() => vi.useFakeTimers({ toFake: ["Date"] }));
afterEach(() => vi.useRealTimers());

/**
 * What happens at one call of a machine:
 * - `lose-request`, `lose-response`: the call or its response is lost.
 * - `arrive-late`: the call fails on the machine and reaches the server later.
 * - `stall-before`, `stall-after`: the machine stalls before or after the call until the lease has expired.
 * - `sleep`: the machine stalls before the call until an undelivered secret has expired.
 * - `die`: the machine stops.
 */
interface Event {
  readonly kind:
    | "none"
    | "lose-request"
    | "lose-response"
    | "arrive-late"
    | "stall-before"
    | "stall-after"
    | "sleep"
    | "die";
  /** Number of event loop turns for which the other machine continues. */
  readonly turns: number;
}

const nothing: Event = { kind: "none", turns: 0 };
const callsOfTwoRuns = 14;

const anyFault: fc.Arbitrary<Event> = fc.record({
  kind: fc.constantFrom("lose-request", "lose-response", "arrive-late", "stall-before", "stall-after", "sleep", "die"),
  turns: fc.constantFrom(0, 1, 5, 25, 100, 200),
});
/** Few faults let two runs interfere until late. Many faults let runs end in every intermediate state. */
const fewFaults = fc
  .array(fc.tuple(fc.nat(callsOfTwoRuns - 1), anyFault), { maxLength: 3 })
  .map((faults) => Object.assign(Array<Event>(callsOfTwoRuns).fill(nothing), Object.fromEntries(faults)));
const manyFaults = fc.array(
  fc.oneof({ weight: 3, arbitrary: fc.constant(nothing) }, { weight: 2, arbitrary: anyFault }),
  {
    maxLength: 2 * callsOfTwoRuns,
  },
);
const anyEvents: fc.Arbitrary<readonly Event[]> = fc.oneof(fewFaults, manyFaults);

/** Advances the clock, by default until every lease has expired. */
function stall(ms = leaseMs + 5_000): void {
  vi.setSystemTime(Date.now() + ms);
}

async function pause(turns: number): Promise<void> {
  for (let turn = 0; turn < turns; turn++) await new Promise((resolve) => setImmediate(resolve));
}

/** A key, the destination of its secret, and the machines that rotate it. */
class Simulation {
  readonly fake = new FakeBrikSync();
  readonly id: string;
  readonly isUsed: boolean;
  sink: string;
  /** How often the secret in the sink was refused. */
  refusals = 0;
  /** Calls that failed on the machine and reach the server later. */
  readonly late: Promise<unknown>[] = [];
  /** Returns a new token for each call, because the simulated time exceeds the lifetime of a token. */
  readonly token = (): string => this.fake.addSession().accessToken;

  /** `isUsed` says whether a client uses the secret all the time, or only at the end. */
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
   * Simulates a machine that runs the rotation over a bad network, stalls and dies. It repeats the rotation with the
   * same key up to four times, and waits for another run.
   */
  async operate(idempotencyKey: string, planned: readonly Event[]): Promise<void> {
    const events = [...planned];
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

  /** Runs the rotation once. Removes the events that happen from the list. */
  async run(idempotencyKey: string, events: Event[]): Promise<void> {
    const death = new AbortController();
    const badFetch: typeof fetch = async (input, init) => {
      const { kind, turns } = events.shift() ?? nothing;
      if (kind === "die") death.abort();
      death.signal.throwIfAborted();
      if (kind === "stall-before") stall();
      if (kind === "sleep") stall(undeliveredMs);
      if (kind === "arrive-late") {
        this.late.push(pause(turns).then(() => this.fake.fetch(input, { ...init, signal: null })));
        stall();
        throw new TypeError("fetch failed");
      }
      await pause(turns);
      if (kind === "lose-request") throw new TypeError("fetch failed");
      const response = await this.fake.fetch(input, init);
      if (this.isUsed) await this.use();
      if (kind === "stall-after") stall();
      await pause(turns);
      if (kind === "lose-response") throw new TypeError("fetch failed");
      return response;
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

/** Returns whether the rotation has ended in another way, so that a new one must be started. */
function isEnded(error: unknown): boolean {
  if (isRotationInterrupted(error)) return error.secrets === "superseded";
  return isBrikSyncError(error) && error.type === "IDEMPOTENCY_SUPERSEDED";
}

it.each([true, false])(
  "C-09 never has its secret refused, whatever fails on two machines, and a rerun completes it (in use: %s)",
  async (isUsed) => {
    await fc.assert(
      fc.asyncProperty(anyEvents, anyEvents, async (one, other) => {
        const simulation = new Simulation(isUsed);
        await Promise.all([simulation.operate("one", one), simulation.operate("other", other)]);
        await Promise.all(simulation.late);
        stall();
        await simulation.run("one", []).catch(async (error: unknown) => {
          if (!isEnded(error)) throw error;
          await simulation.run("new", []);
        });
        await simulation.use();
        expect(simulation.refusals).toBe(0);
        const client = new BrikSync({ fetch: simulation.fake.fetch, accessToken: simulation.token });
        const secrets = await client.keys.rotations.list(simulation.id);
        expect(secrets.map(({ state }) => state)).toEqual(["current"]);
      }),
      { numRuns: 250 },
    );
  },
  120_000,
);
