/**
 * Returns the median. For an even count, this is the mean of the two middle values. Throws a RangeError for no values.
 */
export function median(values: readonly number[]): number {
  if (values.length === 0) throw new RangeError("There is no median of nothing.");
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  const pair = sorted.slice(Math.ceil(middle) - 1, Math.floor(middle) + 1);
  return pair.reduce((sum, value) => sum + value, 0) / pair.length;
}

/** Returns the ratio of the two values of each round. Throws a RangeError if a round is missing. */
export function ratioPerRound(values: readonly number[], others: readonly number[]): number[] {
  return values.map((value, round) => {
    const other = others[round];
    if (other === undefined || !(other > 0)) throw new RangeError(`Round ${round + 1} has nothing to compare with.`);
    return value / other;
  });
}
