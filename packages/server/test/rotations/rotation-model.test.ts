import { describe, expect, it } from "vitest";
import { exploreRotation, type Scope, type Variant } from "../model/explore-rotation.ts";

/**
 * Explores every sequence of steps that runs of the CLI and the clock can take, with up to three faults. See `model/`.
 * `pnpm test:model` searches further. With two lost runs, a rerun never needs help from a user. With a third one, it
 * may have to ask which secret is in use, because three secrets may be pending.
 */

const immediate: Variant = { rules: { mode: "immediate" }, habits: { order: "show" } };

// The search takes some seconds if nothing else runs.
const timeoutMs = 180_000;

describe("the protocol of rotations", () => {
  it.each<[scope: string, variant: Variant, Scope & { atLeast: number }]>([
    ["C-09 two runs, three faults", {}, { runs: 2, faults: 3, atLeast: 40_000 }],
    [
      "C-09 two runs, three faults, with a grace period",
      { rules: { hasGrace: true } },
      { runs: 2, faults: 3, atLeast: 80_000 },
    ],
    ["C-09 two runs, three faults, people abort", {}, { runs: 2, faults: 3, hasPeople: true, atLeast: 60_000 }],
    ["C-09 two runs, two faults, two sinks", {}, { runs: 2, faults: 2, sinks: 2, atLeast: 15_000 }],
    ["C-09 three runs, two faults", { habits: { keepsLease: false } }, { runs: 3, faults: 2, atLeast: 100_000 }],
    ["C-10 immediate, three runs, three faults", immediate, { runs: 3, faults: 3, atLeast: 1_000 }],
  ])(
    "%s: holds in every state",
    (name, variant, { atLeast, ...scope }) => {
      const { states, violation, trace } = exploreRotation(variant, scope);
      expect({ violation, trace }).toEqual({ violation: null, trace: [] });
      expect(states).toBeGreaterThan(atLeast);
      process.stdout.write(`${name}: ${states} states\n`);
    },
    timeoutMs,
  );
});

describe("the search finds the fault in", () => {
  it.each<[mistake: string, property: "P1" | "P2" | "P3", variant: Variant, scope?: Partial<Scope>]>([
    [
      "the naive swap: rotate immediately, then deliver",
      "P1",
      { rules: { mode: "immediate" }, habits: { order: "swap" } },
    ],
    ["finishing before delivering", "P1", { habits: { order: "finish, then deliver" } }],
    ["a new pending secret that ends the others", "P1", { rules: { newPendingEndsOthers: true } }],
    ["finishing without the lease", "P1", { rules: { finishNeedsLease: false, finishNamesLease: false } }],
    ["finishing without naming the lease", "P1", { rules: { finishNamesLease: false } }],
    ["releasing a lease that two runs share", "P1", { rules: { finishFreesSharedLease: true } }, { runs: 3 }],
    ["taking over while the other run is active", "P1", { rules: { rotateAwaitsLease: false } }],
    ["a deadline for a secret that may have been delivered", "P1", { rules: { renewAllowsDelivery: false } }],
    ["renewing a finished rotation", "P2", { rules: { renewsFinished: true } }],
    ["no replay of an immediate rotation", "P3", { ...immediate, rules: { mode: "immediate", replaysRotate: false } }],
    ["delivering without a check of the lease", "P1", { habits: { checksLease: false } }],
    ["a stop between the check of the lease and the write", "P1", { habits: { writesImmediately: false } }],
    [
      "delivering again only if the server reports a lost lease",
      "P1",
      { habits: { redelivers: "after a lost lease" } },
    ],
  ])(
    "%s",
    (_, property, variant, scope) => {
      const { violation, trace } = exploreRotation(variant, { runs: 2, faults: 3, ...scope });
      expect(violation?.slice(0, 2)).toBe(property);
      expect(trace).not.toEqual([]);
    },
    timeoutMs,
  );

  it(
    "nothing if staged rotations are not replayed, because the lost secret was never in use",
    () => {
      expect(exploreRotation({ rules: { replaysRotate: false } }, { runs: 2, faults: 2 }).violation).toBeNull();
    },
    timeoutMs,
  );
});
