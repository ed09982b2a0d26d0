/** One side of a comparison. `measure` runs one round and resolves to its result. */
export interface Contestant<Result> {
  readonly name: string;
  measure(): Promise<Result>;
}

/** How many rounds count, and how many go before them uncounted. */
export interface RoundCounts {
  readonly warmUps: number;
  readonly rounds: number;
}

/**
 * Runs all contestants in turn, A B C A B C …, so that whatever else the machine does meets them all alike, and resolves
 * to the results by contestant and round. Only values of the same round are to be compared.
 */
export async function runInterleaved<Result>(
  contestants: readonly Contestant<Result>[],
  { warmUps, rounds }: RoundCounts,
  say: (text: string) => void,
): Promise<Result[][]> {
  const results: Result[][] = contestants.map(() => []);
  for (let round = -warmUps; round < rounds; round += 1) {
    for (const [index, contestant] of contestants.entries()) {
      say(`${round < 0 ? "warm-up" : `round ${round + 1} of ${rounds}`}: ${contestant.name}`);
      const result = await contestant.measure();
      if (round >= 0) results[index]?.push(result);
    }
  }
  return results;
}
