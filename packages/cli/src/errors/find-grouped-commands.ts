import type { Command } from "commander";

/** What the API and the SDK call an operation whose command has another name here. */
const commandByOperation: Readonly<Record<string, string>> = { "switch-company": "companies use" };

/** The command lines that `word` was meant to be where only the group was left out: `revoke` is `briksync keys revoke`. */
export function findGroupedCommands(program: Command, word: string): readonly string[] {
  const known = Object.hasOwn(commandByOperation, word) ? commandByOperation[word] : undefined;
  if (known !== undefined) return [`${program.name()} ${known}`];
  return program.commands.flatMap((group) =>
    group.commands
      .filter((command) => command.name() === word || command.aliases().includes(word))
      .map((command) => `${program.name()} ${group.name()} ${command.name()}`),
  );
}
