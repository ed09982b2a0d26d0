import { CliCommand } from "../../src/commands/command.ts";
import { registerCommands } from "../../src/commands/register.ts";

/** Returns the commands of `briksync keys`: `list`, `create` and so on. */
export function listKeyCommands(): string[] {
  const program = new CliCommand("briksync", () => async () => {});
  registerCommands(program);
  const keys = program.commands.find((command) => command.name() === "keys");
  return (keys?.commands ?? []).map((command) => command.name());
}
