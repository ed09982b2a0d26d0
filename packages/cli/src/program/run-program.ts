import { type Command, CommanderError } from "commander";
import type { Action, ActionTraits, RunAction } from "../commands/command.ts";
import { findHelpTopic, helpTopics } from "../commands/help-topics.ts";
import { asksForJson, type GlobalOptions, type ParsedGlobals, readGlobals } from "../config/globals.ts";
import { carryFlags, type Settings } from "../config/settings.ts";
import type { Context } from "../context.ts";
import { createContext } from "../create-context.ts";
import { CliError } from "../errors/cli-error.ts";
import { type ExitCode, exitCodes } from "../errors/exit-codes.ts";
import type { ErrorSurroundings } from "../errors/explain-sdk-error.ts";
import { explainUsageError } from "../errors/usage-error.ts";
import type { Host } from "../host.ts";
import { nameEnvironmentCredential } from "../session/credential.ts";
import { canAsk } from "../terminal/confirm.ts";
import { explainError, isSessionRefused, printErrorReport } from "../terminal/error-report.ts";
import { createIo, type Io, OutputClosedError } from "../terminal/io.ts";
import { findPager } from "../terminal/pager.ts";
import { findPipelineRunner } from "../terminal/pipeline-runner.ts";
import { chooseColorMode, supportsHyperlinks } from "../terminal/styles.ts";
import { notifyOfUpdate } from "../update/latest-version.ts";
import { expandHelp } from "./help.ts";
import { buildProgram } from "./program.ts";

/** Parses the command line, runs the command and reports its failure. Returns the exit code. */
export async function runProgram(host: Host, signal: AbortSignal): Promise<number> {
  const run = new ProgramRun(host, signal);
  const hasColor = !host.argv.includes("--no-color");
  const helpIo = await openIo(host, { hasColor, hasInput: false, isQuiet: false, isDebug: false });
  const help: string[] = [];
  const program = buildProgram(run.wrap, {
    writeHelp: (text) => help.push(text),
    helpWidth: helpIo.dataWidth === undefined ? undefined : Math.min(helpIo.dataWidth, 120),
    bold: helpIo.colors.bold,
  });
  const argv = expandHelp(program, host.argv);
  try {
    await program.parseAsync([...argv], { from: "user" });
    return run.exitCode;
  } catch (error) {
    const io = run.io ?? helpIo;
    const topic = error instanceof CommanderError ? findHelpTopic(program.args) : undefined;
    if (topic !== undefined) return await printHelp(io, topic);
    // Operations that Ctrl-C cancels end with an AbortError.
    const isAborted = signal.aborted && error instanceof Error && error.name === "AbortError";
    const named = isAborted ? new CliError("INTERRUPTED", "Interrupted.", { cause: error }) : error;
    const failure =
      named instanceof CommanderError ? explainUsageError(named, program, argv, [...helpTopics.keys()]) : named;
    if (failure === null) return await printHelp(io, help.join(""));
    const isJson = (await run.findOutput()) === "json" || (run.io === undefined && asksForJson(host.argv));
    // A group without a command, such as `briksync keys`. Its help is not data, so it goes to stderr.
    if (error instanceof CommanderError && error.code === "commander.help" && !isJson) io.writeError(help.join(""));
    return await reportFailure(io, failure, {
      isJson,
      ...(await run.findSurroundings()),
    });
  }
}

/** Information about the run for {@link reportFailure}. */
interface FailureSurroundings extends ErrorSurroundings {
  readonly isJson: boolean;
  readonly settings?: Settings | undefined;
}

/** Prints a failure to stderr and returns its exit code. A closed pipe is not a failure. */
async function reportFailure(io: Io, error: unknown, surroundings: FailureSurroundings): Promise<ExitCode> {
  if (error instanceof OutputClosedError) return exitCodes.done;
  const report = await explainError(error, surroundings);
  const hint = report.hint === undefined ? undefined : carryFlags(report.hint, surroundings.settings);
  printErrorReport(io, { ...report, hint }, surroundings.isJson);
  await io.flush();
  return report.exitCode;
}

async function printHelp(io: Io, text: string): Promise<ExitCode> {
  try {
    await io.writeData(text);
    return exitCodes.done;
  } catch (error) {
    return reportFailure(io, error, { isJson: false, isDebug: false });
  }
}

function openIo(
  host: Host,
  globals: Pick<GlobalOptions, "hasColor" | "hasInput" | "isQuiet" | "isDebug">,
): Promise<Io> {
  const color = chooseColorMode(host.env, globals.hasColor);
  return createIo(host, {
    color,
    hasHyperlinks: color !== "never" && supportsHyperlinks(host.env),
    pager: globals.hasInput && findPipelineRunner(host.env) === null ? findPager(host) : null,
    isQuiet: globals.isQuiet,
    isRunnerLog: findPipelineRunner(host.env) !== null,
    isSpinnerAllowed: !globals.isDebug && host.env["TERM"] !== "dumb",
  });
}

class ProgramRun {
  readonly #host: Host;
  readonly #signal: AbortSignal;
  #context: Context | undefined;
  io: Io | undefined;
  exitCode: ExitCode = exitCodes.done;

  constructor(host: Host, signal: AbortSignal) {
    this.#host = host;
    this.#signal = signal;
  }

  readonly wrap: RunAction = (action, traits = {}) => {
    return async (...received) => {
      const command = received.at(-1) as Command;
      const globals = readGlobals(command.optsWithGlobals<ParsedGlobals>());
      const io = await openIo(this.#host, globals);
      this.io = io;
      const attempt = () => this.#attempt(io, globals, action, traits, received);
      try {
        this.exitCode = (await attempt()) ?? exitCodes.done;
      } catch (error) {
        if (traits.reportsRefusedSession || !(await this.#hasSignedInAgain(io, error))) throw error;
        this.exitCode = (await attempt()) ?? exitCodes.done;
      }
      if (this.#context !== undefined && traits.mentionsUpdate !== false) notifyOfUpdate(this.#context);
      await io.flush();
    };
  };

  async #attempt<Args extends readonly unknown[], Options extends object>(
    io: Io,
    globals: GlobalOptions,
    action: Action<Args, Options>,
    traits: ActionTraits,
    received: readonly unknown[],
    // biome-ignore lint/suspicious/noConfusingVoidType: passes on what the action returns
  ): Promise<ExitCode | void> {
    const { context, finish } = createContext({
      host: this.#host,
      io,
      globals,
      signal: this.#signal,
      mayCreateProfile: traits.mayCreateProfile === true,
    });
    this.#context = context;
    try {
      return await action(context, received.slice(0, -2) as unknown as Args, received.at(-2) as Options);
    } finally {
      await finish();
    }
  }

  // If the server rejects the stored session at a terminal, the CLI prompts for the password and then runs the command
  // again. This happens only before the command has printed data.
  async #hasSignedInAgain(io: Io, error: unknown): Promise<boolean> {
    const context = this.#context;
    if (context === undefined || io.hasWrittenData || !canAsk(context)) return false;
    const isGone = error instanceof CliError && error.type === "KEYCHAIN_ENTRY_MISSING";
    if (!isGone && !(isSessionRefused(error) && (await context.credential()).kind === "session")) return false;
    const { signInAgain } = await import("../session/sign-in.ts");
    return signInAgain(context);
  }

  async findOutput(): Promise<string | undefined> {
    return this.#context?.output().catch(() => undefined);
  }

  async findSurroundings(): Promise<Omit<FailureSurroundings, "isJson">> {
    const context = this.#context;
    if (context === undefined) return { isDebug: false };
    const settings = await context.settings().catch(() => undefined);
    return {
      isDebug: context.globals.isDebug,
      settings,
      server: settings?.server.value,
      credentialName: nameEnvironmentCredential(context.env) ?? undefined,
    };
  }
}
