import { median } from "./statistics.ts";

/** The limits of a ratio. */
export type Goal =
  | { readonly atLeast: number }
  | { readonly atMost: number }
  | { readonly from: number; readonly to: number };

/** A line of the table: what was compared with what, and the ratio of each round. */
export interface Comparison {
  readonly what: string;
  readonly against: string;
  /** What was measured, such as "requests/s" or "wall time, median". */
  readonly measure: string;
  readonly ratios: readonly number[];
  readonly goal?: Goal | undefined;
}

/** Returns whether the median ratio meets the goal, or null if there is no goal. */
export function isGoalMet({ ratios, goal }: Comparison): boolean | null {
  if (goal === undefined) return null;
  const ratio = median(ratios);
  if ("atLeast" in goal) return ratio >= goal.atLeast;
  if ("atMost" in goal) return ratio <= goal.atMost;
  return ratio >= goal.from && ratio <= goal.to;
}

/** Returns the goal as text for the table. */
function describeGoal(goal: Goal | undefined): string {
  if (goal === undefined) return "–";
  if ("atLeast" in goal) return `≥ ${goal.atLeast}`;
  if ("atMost" in goal) return `≤ ${goal.atMost}`;
  return `${goal.from}–${goal.to}`;
}

/** Formats a ratio with at most three significant digits and without an exponent. */
export function formatRatio(ratio: number): string {
  return ratio >= 100 ? ratio.toFixed(0) : ratio >= 10 ? ratio.toFixed(1) : ratio.toFixed(2);
}

/** Returns the lowest and highest ratio of all rounds, and the number of rounds. A single ratio has no spread. */
function describeSpread(ratios: readonly number[]): string {
  if (ratios.length === 1) return "–";
  return `${formatRatio(Math.min(...ratios))}–${formatRatio(Math.max(...ratios))} (${ratios.length} rounds)`;
}

/** Returns a line for people: the ratio, its spread, the goal and whether it was met. */
export function describeComparison(comparison: Comparison): string {
  const { what, against, measure, ratios, goal } = comparison;
  const verdict = { true: `; goal ${describeGoal(goal)} met`, false: `; goal ${describeGoal(goal)} MISSED`, null: "" };
  const spread = ratios.length === 1 ? "" : `, ${describeSpread(ratios)}`;
  return `${what} over ${against}: ${measure} ${formatRatio(median(ratios))}${spread}${verdict[`${isGoalMet(comparison)}`]}`;
}

/** Formats the results of all benches as a Markdown table for bench/README.md. */
export function formatTable(found: ReadonlyMap<string, readonly Comparison[]>): string {
  const verdict = { true: "yes", false: "**no**", null: "–" };
  const rows = [...found].flatMap(([bench, comparisons]) =>
    comparisons.map((comparison, index) => [
      index === 0 ? `\`${bench}\`` : "",
      comparison.what,
      comparison.against,
      comparison.measure,
      formatRatio(median(comparison.ratios)),
      describeSpread(comparison.ratios),
      describeGoal(comparison.goal),
      verdict[`${isGoalMet(comparison)}`],
    ]),
  );
  const head = ["bench", "what", "over", "measure", "ratio", "lowest–highest", "goal", "met"];
  return [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}
