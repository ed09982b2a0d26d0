import { expect, it, onTestFinished, vi } from "vitest";
import { Turns } from "./turns.ts";

it("S-63 runs one step per turn of the event loop, for any number of callers", async () => {
  const turns = new Turns();
  let turn = 0;
  let isDone = false;
  const count = (): void => {
    turn++;
    if (!isDone) setImmediate(count);
  };
  setImmediate(count);
  const steps: number[] = [];
  await Promise.all(
    Array.from({ length: 20 }, async () => {
      for (let step = 0; step < 5; step++) {
        await turns.next();
        steps.push(turn);
      }
    }),
  );
  isDone = true;
  // The event loop made at least one turn between any two steps.
  expect(steps).toHaveLength(100);
  expect(new Set(steps).size).toBe(100);
});

it("S-63 pauses for at most 10 ms, even if other work makes a turn long", async () => {
  const turns = new Turns();
  const pauses = vi.spyOn(globalThis, "setTimeout");
  onTestFinished(() => pauses.mockRestore());
  await turns.next();
  const endMs = performance.now() + 50;
  while (performance.now() < endMs);
  await turns.next();
  const [pause] = pauses.mock.calls.map(([, delayMs]) => delayMs);
  expect(pause).toBeLessThanOrEqual(10);
});

it("S-63 pauses for the configured time, even after a short turn", async () => {
  const turns = new Turns(8);
  await turns.next();
  const pauses = vi.spyOn(globalThis, "setTimeout");
  onTestFinished(() => pauses.mockRestore());
  for (let turn = 0; turn < 3; turn++) await turns.next();
  for (const [, delayMs] of pauses.mock.calls) expect(delayMs).toBeGreaterThan(5);
  expect(pauses).toHaveBeenCalledTimes(3);
});

it("S-63 gives callers their turns in the order of their calls", async () => {
  const turns = new Turns();
  const order: string[] = [];
  await Promise.all(
    ["a", "b", "c"].map(async (name) => {
      for (let step = 1; step <= 2; step++) {
        await turns.next();
        order.push(`${name}${step}`);
      }
    }),
  );
  expect(order).toEqual(["a1", "b1", "c1", "a2", "b2", "c2"]);
});
