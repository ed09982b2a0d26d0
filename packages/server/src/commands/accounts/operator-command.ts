import { type Command, InvalidArgumentError } from "commander";
import type { Privilege } from "../../domain/access.ts";
import type { Dependencies } from "../../domain/dependencies.ts";
import type { Terminal } from "../terminal.ts";

/** The argument that names a user. */
export const userArgument = ["<user>", "ID, email address or username"] as const;

/** The argument that names a company. */
export const companyArgument = ["<company>", "ID or name"] as const;

/**
 * Adds a command to a group and returns it. The first line of `description` is also its summary. `examples` are command
 * lines without the names of the program and the group.
 */
export function addCommand(group: Command, name: string, description: string, ...examples: readonly string[]): Command {
  const [summary = ""] = description.split("\n", 1);
  const lines = examples.map((example) => `  briksync-server ${group.name()} ${example}`);
  return group
    .command(name)
    .summary(summary)
    .description(description.includes("\n") ? description.replace(summary, `${summary}.`) : `${description}.`)
    .addHelpText("after", ["\nExamples:", ...lines].join("\n"));
}

/**
 * The work of an operator command, and how its result is printed. `toJson` prepares the result for programs, and
 * returns it unchanged by default. `print` prints it for people.
 */
interface Report<T> {
  readonly work: (deps: Dependencies) => Promise<T>;
  readonly toJson?: (result: T) => unknown;
  readonly print: (result: T) => void;
}

/** Runs `work` with the existing database. Prints its result as JSON, or with `print` for people. */
export async function report<T>(
  terminal: Terminal,
  { json = false }: { readonly json?: boolean },
  { work, toJson = (result) => result, print }: Report<T>,
): Promise<void> {
  // Import this only here, because it loads the database and the rest of the server, which help does not need.
  const { withDependencies } = await import("../with-dependencies.ts");
  const result = await withDependencies(terminal, work, { mustExist: true });
  if (json) terminal.print(JSON.stringify(toJson(result)));
  else print(result);
}

/** Returns the password from stdin, or undefined without --password-stdin. */
export async function readPassword(
  terminal: Terminal,
  { passwordStdin = false }: { readonly passwordStdin?: boolean },
): Promise<string | undefined> {
  return passwordStdin ? (await terminal.readInput()).replace(/\r?\n$/, "") : undefined;
}

/** Prints a generated password, if any. */
export function printPassword(terminal: Terminal, password: string | null): void {
  if (password === null) return;
  terminal.say("Password (shown only once):");
  terminal.print(password);
}

/** Prints a table with headings. Each column is as wide as its widest cell. */
export function printTable(
  terminal: Terminal,
  headings: readonly string[],
  rows: readonly (readonly string[])[],
): void {
  const lines = [headings, ...rows];
  const widths = headings.map((_, index) => Math.max(...lines.map((line) => [...(line[index] ?? "")].length)));
  for (const line of lines) {
    const cells = line.map((cell, index) => cell + " ".repeat((widths[index] ?? 0) - [...cell].length));
    terminal.print(cells.join("  ").trimEnd());
  }
}

/** Prints names and values, one pair per line. */
export function printFields(terminal: Terminal, fields: Readonly<Record<string, string>>): void {
  const width = Math.max(...Object.keys(fields).map((name) => name.length));
  for (const [name, value] of Object.entries(fields)) terminal.print(`${name.padEnd(width)}  ${value}`);
}

const roles = ["super-admin", "admin", "member"] as const;

/** Returns the name of a role on the command line. */
export function nameRole(privilege: Privilege): string {
  return roles[privilege - 1] ?? String(privilege);
}

/** Parses a role by name or number, for commander. */
export function parseRole(text: string): Privilege {
  const index = roles.findIndex((role, place) => role === text.toLowerCase() || String(place + 1) === text);
  if (index !== -1) return (index + 1) as Privilege;
  throw new InvalidArgumentError(`Allowed choices are ${roles.join(", ")} (or 1, 2, 3).`);
}
