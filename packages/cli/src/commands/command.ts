import { Command } from "commander";
import type { Context } from "../context.ts";
import type { ExitCode } from "../errors/exit-codes.ts";
import { collect, parseSecondsOption } from "./parse-options.ts";

/** The body of a command. It receives typed arguments and options, and returns an exit code only if that is not 0. */
export type Action<Args extends readonly unknown[], Options extends object> = (
  context: Context,
  args: Args,
  options: Options,
  // biome-ignore lint/suspicious/noConfusingVoidType: most commands simply end, and `undefined` would force each to return it
) => Promise<ExitCode | void>;

/** Traits of a command that differ from the default. */
export interface ActionTraits {
  /** The command may use a profile that does not exist yet (login). */
  readonly mayCreateProfile?: boolean;
  /**
   * The command reports a rejected session instead of prompting for the password and starting again (whoami, logout,
   * doctor).
   */
  readonly reportsRefusedSession?: boolean;
  /** False if the command never mentions that a newer version exists (version, and what shells run on TAB). */
  readonly mentionsUpdate?: boolean;
}

/** Wraps the body of a command for commander: builds the context, runs the body and stores its exit code. */
export type RunAction = <Args extends readonly unknown[] = [], Options extends object = Record<never, never>>(
  action: Action<Args, Options>,
  traits?: ActionTraits,
) => (...received: unknown[]) => Promise<void>;

/** Columns of a narrow terminal. Examples are not wrapped, because a wrapped command line is hard to read. */
const narrowTerminal = 80;

/** A command of commander with a body and with the options that several commands share. */
export class CliCommand extends Command {
  readonly #run: RunAction;

  constructor(name: string | undefined, run: RunAction) {
    super(name);
    this.#run = run;
  }

  /** Creates each command inside this one. */
  override createCommand(name?: string): CliCommand {
    return new CliCommand(name, this.#run);
  }

  /** Adds an `Examples:` section to the help: command lines, each with its purpose. */
  examples(purposes: Readonly<Record<string, string>>): this {
    const examples = Object.entries(purposes);
    const width = Math.max(...examples.map(([line]) => line.length));
    const purposeWidth = Math.max(...examples.map(([, purpose]) => purpose.length));
    const isSideBySide = `  ${" ".repeat(width)}  # `.length + purposeWidth <= narrowTerminal;
    const lines = examples.map(([line, purpose]) =>
      isSideBySide ? `  ${line.padEnd(width)}  # ${purpose}` : `  # ${purpose}\n  ${line}`,
    );
    return this.addHelpText("after", `\nExamples:\n${lines.join("\n")}`);
  }

  /** Adds the options that select what is shown of a list. `searched` says where `--search` looks. */
  listOptions(searched: string): this {
    return this.option("--search <text>", `Show only entries that contain all these words in ${searched}`)
      .option("--sort <field>", "Sort by this field. Add :desc for the reverse order, such as createdOn:desc")
      .option("--fields <fields>", "Print only these fields, separated by commas");
  }

  /** Adds `--to`, `--overwrite` and `--sink-timeout`, with the help texts of the first two. */
  deliveryOptions(to: string, overwriting: string): this {
    return this.option("--to <destination>", to, collect)
      .option("--overwrite", overwriting)
      .option("--sink-timeout <seconds>", "Time limit for each command (default: 60)", parseSecondsOption(120));
  }

  /** Sets the body, which loads the code of the command when it runs. */
  runs<Args extends readonly unknown[] = [], Options extends object = Record<never, never>>(
    action: Action<Args, Options>,
    traits?: ActionTraits,
  ): this {
    return this.action(this.#run(action, traits));
  }
}
