import type { Comparison } from "./comparison.ts";

/** How a bench runs, and where it reports its progress. */
export interface BenchOptions {
  /** Runs a few short rounds, to show that the bench works. The figures mean little. */
  readonly isQuick: boolean;
  /** Prints a line about the progress. */
  say(text: string): void;
}

/** Compares something with a named peer or floor, and returns the lines of the table. */
export type Bench = (options: BenchOptions) => Promise<Comparison[]>;
