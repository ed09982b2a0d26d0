/** Repeatable randomness: the same seed returns the same sequence. */
export interface Random {
  /** Returns an integer from 0 to `below` - 1. */
  pick(below: number): number;
  /** Returns an element of the list. Throws if the list is empty. */
  choose<T>(list: readonly T[]): T;
}

/** Returns a Mulberry32 generator, which is small, fast and random enough for tests. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  return {
    pick: (below) => Math.floor(next() * below),
    choose: (list) => {
      const item = list[Math.floor(next() * list.length)];
      if (item === undefined) throw new RangeError("There is nothing to choose from");
      return item;
    },
  };
}
