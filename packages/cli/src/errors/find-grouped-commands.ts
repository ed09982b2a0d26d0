import type { Command } from "commander";

/** Operations of the API and the SDK whose command has another name. */
const commandByOperation: Readonly<Record<string, string>> = { "switch-company": "companies use" };

/** Returns the commands that a user meant if they omitted the group: `revoke` for `briksync keys revoke`. */
export function findGroupedCommands(program: Command, word: string): readonly string[] {
  const known = Object.hasOwn(commandByOperation, word) ? commandByOperation[word] : undefined;
  if (known !== undefined) return [`${program.name()} ${known}`];
  return program.commands.flatMap((group) =>
    group.commands
      .filter((command) => command.name() === word || command.aliases().includes(word))
      .map((command) => `${program.name()} ${group.name()} ${command.name()}`),
  );
}
