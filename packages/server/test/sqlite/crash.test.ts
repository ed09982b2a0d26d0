import { expect, it } from "vitest";
import { runCrashRounds } from "../support/crash-rounds.ts";

it("S-50 eight kill -9 under load lose no confirmed write, leave no partial write, and keep the audit chain intact", async () => {
  const report = await runCrashRounds({ rounds: 8, seed: Date.now() % 1_000_000 });
  expect(report.acknowledged).toBeGreaterThan(100);
  expect(report.inFlight).toBeGreaterThan(0);
  expect(report.keys).toBeGreaterThan(10);
}, 120_000);
