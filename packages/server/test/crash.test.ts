import { expect, it } from "vitest";
import { runCrashRounds } from "./support/crash-rounds.ts";

it("S-50 after each of eight kill -9 under load every acknowledged write is there, none is half, the audit chain holds", async () => {
  const report = await runCrashRounds({ rounds: 8, seed: Date.now() % 1_000_000 });
  expect(report.acknowledged).toBeGreaterThan(100);
  expect(report.inFlight).toBeGreaterThan(0);
  expect(report.keys).toBeGreaterThan(10);
}, 120_000);
