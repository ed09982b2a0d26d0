import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { HashingBusyError, HashQueue } from "./hash-queue.ts";

/** Starts a queue whose work ends when the test decides. Records the order in which calls are served. */
function startQueue(maxConcurrent: number, maxQueued: number) {
  const queue = new HashQueue({ maxConcurrent, maxQueued });
  const served: string[] = [];
  const running: (() => void)[] = [];
  /** Returns whether the queue accepted the work. */
  const add = async (name: string, holder: string | null): Promise<boolean> => {
    try {
      await queue.run(holder, () => {
        served.push(name);
        return new Promise<void>((resolve) => running.push(resolve));
      });
      return true;
    } catch (error) {
      expect(error).toBeInstanceOf(HashingBusyError);
      return false;
    }
  };
  const finishOne = async (): Promise<void> => {
    running.shift()?.();
    await new Promise((resolve) => setImmediate(resolve));
  };
  const finishAll = async (): Promise<void> => {
    while (running.length > 0) await finishOne();
  };
  return { add, served, finishOne, finishAll };
}

describe("HashQueue", () => {
  it("S-02 S-61 a flood of strangers fills only its own queue, and holders take turns with it", async () => {
    const { add, served, finishAll } = startQueue(1, 32);
    const strangers = Array.from({ length: 60 }, (_, index) => add(`stranger ${index}`, null));
    const owner = add("owner", "device of ada");
    await finishAll();
    expect((await Promise.all(strangers)).filter((isServed) => isServed)).toHaveLength(33);
    expect(await owner).toBe(true);
    expect(served.indexOf("owner")).toBeLessThanOrEqual(2);
  });

  it("S-02 S-61 a flood of holders does not block strangers", async () => {
    const { add, served, finishAll } = startQueue(1, 32);
    const holders = Array.from({ length: 200 }, (_, index) => add(`holder ${index}`, `device ${index}`));
    const stranger = add("stranger", null);
    await finishAll();
    expect(await stranger).toBe(true);
    expect(served.indexOf("stranger")).toBeLessThanOrEqual(3);
    expect(await Promise.all(holders)).not.toContain(false);
  });

  it("S-02 S-61 one busy holder does not block others", async () => {
    const { add, served, finishAll } = startQueue(1, 32);
    const busy = Array.from({ length: 60 }, (_, index) => add(`busy ${index}`, "device of mallory"));
    const owner = add("owner", "device of ada");
    await finishAll();
    expect((await Promise.all(busy)).filter((isServed) => isServed)).toHaveLength(5);
    expect(await owner).toBe(true);
    expect(served.indexOf("owner")).toBeLessThanOrEqual(2);
  });

  it("S-02 limits the length of the queue", async () => {
    const { add, finishAll } = startQueue(1, 32);
    const holders = Array.from({ length: 600 }, (_, index) => add(`holder ${index}`, `device ${index}`));
    await finishAll();
    expect((await Promise.all(holders)).filter((isServed) => isServed)).toHaveLength(513);
  });

  it("S-02 gives a free slot to the next waiter, and new calls have to wait", async () => {
    const { add, served, finishOne, finishAll } = startQueue(2, 32);
    const works = ["first", "second", "third"].map((name) => add(name, null));
    await finishOne();
    works.push(add("fourth", null));
    expect(served).toEqual(["first", "second", "third"]);
    await finishAll();
    expect(await Promise.all(works)).toEqual([true, true, true, true]);
    expect(served).toEqual(["first", "second", "third", "fourth"]);
  });

  it("S-02 never exceeds its concurrency, and serves every accepted call in the order of its holder", async () => {
    const arrivals = fc.array(fc.constantFrom(null, "a", "b", "c"), { maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(arrivals, fc.integer({ min: 1, max: 4 }), async (holders, maxConcurrent) => {
        const queue = new HashQueue({ maxConcurrent, maxQueued: 5 });
        const served = new Map<string | null, number[]>();
        let running = 0;
        const works = holders.map((holder, index) =>
          queue
            .run(holder, async () => {
              running += 1;
              expect(running).toBeLessThanOrEqual(maxConcurrent);
              served.set(holder, [...(served.get(holder) ?? []), index]);
              await Promise.resolve();
              running -= 1;
              if (index % 5 === 0) throw new Error("the work failed");
            })
            .catch((error: unknown) => error),
        );
        const outcomes = await Promise.all(works);
        const taken = outcomes.filter((outcome) => !(outcome instanceof HashingBusyError));
        expect([...served.values()].flat()).toHaveLength(taken.length);
        for (const order of served.values()) expect(order).toEqual([...order].sort((a, b) => a - b));
        // No slot is leaked, so the same number of calls runs concurrently.
        expect(await queue.run(null, async () => "served")).toBe("served");
      }),
    );
  });
});
