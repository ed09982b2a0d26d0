import { Argument } from "commander";
import type { CompleteOptions } from "../completion/complete.ts";
import { type Shell, shells } from "../completion/shells.ts";
import type { CliCommand } from "./command.ts";
import { helpTopics } from "./help-topics.ts";

/** Registers `briksync completion`, and the hidden `briksync __complete`, which the printed scripts call on every TAB. */
export function registerCompletion(parent: CliCommand): void {
  parent
    .command("completion")
    .summary("Print a shell completion script")
    .description(
      "Print a shell script that completes commands, options, and the names of your keys and companies.\n\n" +
        "To complete words in every new shell, add this line to the file on the right:\n" +
        "  bash   source <(briksync completion bash)      ~/.bashrc\n" +
        "  zsh    source <(briksync completion zsh)       ~/.zshrc, after compinit\n" +
        "  fish   briksync completion fish | source       ~/.config/fish/config.fish",
    )
    .addArgument(new Argument("<shell>", "Your shell: bash, zsh or fish").choices(shells))
    .examples({ "source <(briksync completion bash)": "Complete words in this shell" })
    .runs<[shell: Shell]>(async (context, [shell]) => {
      const { completionScripts } = await import("../completion/scripts.ts");
      await context.io.writeData(completionScripts[shell]);
    });

  parent
    .command("__complete", { hidden: true })
    .argument("[words...]")
    .option("--line <line>")
    .option("--word <word>")
    .option("--descriptions")
    .runs<[words: string[]], CompleteOptions>(
      async (context, [words], options) => {
        const { complete } = await import("../completion/complete.ts");
        await complete(context, parent, words, { ...options, topics: [...helpTopics.keys()] });
      },
      { reportsRefusedSession: true, mentionsUpdate: false },
    );
}
