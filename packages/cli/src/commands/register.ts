import type { Command } from "commander";
import type { RunAction } from "../run-action.ts";
import { registerWhoami } from "./whoami.ts";

/** Adds every command to the program, in the order of `briksync --help`. */
export function registerCommands(program: Command, run: RunAction): void {
  registerWhoami(program, run);
}
