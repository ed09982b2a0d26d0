import type { Host } from "../host.ts";

/** The program that shows long output, and its environment. */
export interface Pager {
  /** A command for the shell, as in git. Null for `less`, if the user chose none. */
  readonly command: string | null;
  readonly host: Pick<Host, "env" | "ignoreInterrupts">;
}

/**
 * Returns the pager: BRIKSYNC_PAGER, PAGER, else `less`. Returns null if the user turned it off with an empty value or
 * `cat`, and for a terminal that cannot move its cursor.
 */
export function findPager(host: Pick<Host, "env" | "ignoreInterrupts">): Pager | null {
  const { BRIKSYNC_PAGER, PAGER, TERM } = host.env;
  const command = BRIKSYNC_PAGER ?? PAGER ?? null;
  if (TERM === "dumb" || command?.trim() === "" || command?.trim() === "cat") return null;
  return { command, host };
}

/** Returns whether a text has more lines than the screen, with one line left for the prompt of the shell. */
export function isLongerThanScreen(text: string, screen: { readonly columns: number; readonly rows: number }): boolean {
  let lines = 0;
  for (const line of text.split("\n")) lines += Math.max(1, Math.ceil(line.length / screen.columns));
  return lines > screen.rows;
}
