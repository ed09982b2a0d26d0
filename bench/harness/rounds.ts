/** One side of a comparison. `measure` runs one round and returns its result. */
export interface Contestant<Result> {
  readonly name: string;
  measure(): Promise<Result>;
}

/** The number of rounds that count, and of warm-up rounds before them. */
export interface RoundCounts {
  readonly warmUps: number;
  readonly rounds: number;
}

/**
 * Runs all contestants in turn, so that other work on the machine affects all of them equally. Every other round runs
 * in the reverse order, A B C C B A …, because the place in a round is worth a few percent. Returns the results by
 * contestant and round. Compare only values of the same round.
 */
export async function runInterleaved<Result>(
  contestants: readonly Contestant<Result>[],
  { warmUps, rounds }: RoundCounts,
  say: (text: string) => void,
): Promise<Result[][]> {
  const results: Result[][] = contestants.map(() => []);
  for (let round = -warmUps; round < rounds; round += 1) {
    const turns = [...contestants.entries()];
    for (const [index, contestant] of round % 2 === 0 ? turns : turns.toReversed()) {
      say(`${round < 0 ? "warm-up" : `round ${round + 1} of ${rounds}`}: ${contestant.name}`);
      const result = await contestant.measure();
      if (round >= 0) results[index]?.push(result);
    }
  }
  return results;
}
