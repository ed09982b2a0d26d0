import { Argument, type Command } from "commander";
import type { CompleteOptions } from "../completion/complete.ts";
import { type Shell, shells } from "../completion/shells.ts";
import { addExamples } from "./examples.ts";
import type { RunAction } from "./run-action.ts";

/** `briksync completion` and the hidden `briksync __complete`, which the printed scripts call on every TAB. */
export function registerCompletion(parent: Command, run: RunAction): void {
  const command = parent
    .command("completion")
    .summary("print a completion script")
    .description(
      "Print a script that completes commands, options, and the names of your keys and companies.\n\n" +
        "  bash   source <(briksync completion bash)              in ~/.bashrc\n" +
        "  zsh    source <(briksync completion zsh)               in ~/.zshrc, after compinit\n" +
        "  fish   briksync completion fish | source               in ~/.config/fish/config.fish",
    )
    .addArgument(new Argument("<shell>", "your shell").choices(shells))
    .action(
      run<[shell: Shell]>(async (context, [shell]) => {
        const { completionScripts } = await import("../completion/scripts.ts");
        await context.io.writeData(completionScripts[shell]);
      }),
    );
  addExamples(command, [["source <(briksync completion bash)", "try it in this very shell"]]);

  parent
    .command("__complete", { hidden: true })
    .argument("[words...]")
    .option("--line <line>")
    .option("--word <word>")
    .option("--descriptions")
    .action(
      run<[words: string[]], CompleteOptions>(
        async (context, [words], options) => {
          const { complete } = await import("../completion/complete.ts");
          await complete(context, parent, words, options);
        },
        { reportsRefusedSession: true },
      ),
    );
}
