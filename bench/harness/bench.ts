import type { Comparison } from "./comparison.ts";

/** How a bench runs and where it tells what it is doing. */
export interface BenchOptions {
  /** Shorter rounds and fewer of them: shows that the bench works, its figures mean little. */
  readonly isQuick: boolean;
  /** One line about progress, for people. */
  say(text: string): void;
}

/** Measures one thing side by side with a named peer or floor and returns the lines of the table. */
export type Bench = (options: BenchOptions) => Promise<Comparison[]>;
