/** The middle value; of an even count the mean of the two in the middle. Throws a RangeError for none. */
export function median(values: readonly number[]): number {
  if (values.length === 0) throw new RangeError("There is no median of nothing.");
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  const pair = sorted.slice(Math.ceil(middle) - 1, Math.floor(middle) + 1);
  return pair.reduce((sum, value) => sum + value, 0) / pair.length;
}

/** Each value over the other contestant's value of the same round. Throws a RangeError when a round is missing. */
export function ratioPerRound(values: readonly number[], others: readonly number[]): number[] {
  return values.map((value, round) => {
    const other = others[round];
    if (other === undefined || !(other > 0)) throw new RangeError(`Round ${round + 1} has nothing to compare with.`);
    return value / other;
  });
}
