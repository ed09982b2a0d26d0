import { Command, InvalidArgumentError, Option } from "commander";
import { addExamples } from "../commands/examples.ts";
import { registerCommands } from "../commands/register.ts";
import type { RunAction } from "../commands/run-action.ts";
import { outputFormats } from "../config/globals.ts";
import { defaultServer } from "../config/server-url.ts";
import { version } from "../config/version.ts";

/** What the program prints through while it parses. */
export interface ProgramOutput {
  readonly writeHelp: (text: string) => void;
  readonly helpWidth: number | undefined;
  readonly bold: (text: string) => string;
}

// Lines of at most 80 columns: commander does not wrap what is added after its own help.
const moreHelp = `
Environment:
  BRIKSYNC_TOKEN, BRIKSYNC_TOKEN_FILE    act with this token, not with a session
  BRIKSYNC_EMAIL with BRIKSYNC_PASSWORD  sign in for this one run
    or with BRIKSYNC_PASSWORD_FILE
  BRIKSYNC_COMPANY                       act for this company (id, exact name);
                                         needed there when you have several
  BRIKSYNC_CLIENT_ID,                    what keys verify and keys inspect look
    BRIKSYNC_CLIENT_SECRET               at when standard input is empty
  BRIKSYNC_SERVER, BRIKSYNC_PROFILE      as --server and --profile
  BRIKSYNC_CREDENTIAL_SERVER             the only server that may get the above;
                                         default: BRIKSYNC_SERVER or --server
  BRIKSYNC_STORAGE                       keep sessions in keychain, file or none
  BRIKSYNC_CONFIG_DIR                    keep profiles in (~/.config/briksync)
  NO_COLOR, HTTPS_PROXY, NO_PROXY        as everywhere
  A flag goes before a variable, and a variable before the profile.

Exit codes:
    0 done                  5 role or plan forbids    10 findings
    1 unexpected            6 refused by the server  130 interrupted
    2 wrong usage           7 rate limited
    3 not found             8 server unreachable or broken
    4 not signed in, or     9 keychain unusable
      credentials refused`;

/** Builds the whole command tree. Registering is cheap; what a command needs is loaded when it runs. */
export function buildProgram(run: RunAction, output: ProgramOutput): Command {
  const program = new Command("briksync")
    .description("Sign in to BrikSync and manage the API keys of your company.")
    .version(version, "-V, --version", "print the version")
    .helpOption("-h, --help", "show help, with examples")
    .helpCommand("help [command...]", "show help of a command, such as: help keys rotate")
    .exitOverride()
    .configureHelp({ showGlobalOptions: true, styleTitle: output.bold })
    .configureOutput({
      writeOut: output.writeHelp,
      writeErr: output.writeHelp,
      outputError: () => {},
      getOutHelpWidth: () => output.helpWidth ?? 100,
      getErrHelpWidth: () => output.helpWidth ?? 100,
      getOutHasColors: () => true,
      getErrHasColors: () => true,
    });
  program
    .option("--server <url>", `BrikSync server (BRIKSYNC_SERVER; default: ${defaultServer})`)
    .option("--profile <name>", "named set of server and session (BRIKSYNC_PROFILE)")
    .addOption(new Option("-o, --output <format>", "how to print data (default: table)").choices([...outputFormats]))
    .option("--json", "same as -o json")
    .option("--no-input", "never ask, fail instead")
    .option("-y, --yes", "answer every confirmation with yes")
    .option("--no-color", "no colors (NO_COLOR)")
    .option("-q, --quiet", "print data and errors only")
    .option("--debug", "tell on stderr what is sent and how long it takes, never secrets")
    .option("--timeout <seconds>", "give up on a call after this long (default: 30)", parseTimeout);
  addExamples(program, [
    ["briksync login", "the session goes into the keychain"],
    ["briksync keys create 'CRM Integration'", "a new key; its secret is shown once"],
    ["briksync keys list -o json", "for scripts; stdout holds only data"],
    ["briksync doctor", "when something does not work"],
  ]);
  program.addHelpText("after", moreHelp);
  registerCommands(program, run);
  return program;
}

function parseTimeout(text: string): number {
  const seconds = /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
  if (!(seconds > 0 && seconds <= 3600)) throw new InvalidArgumentError("Give seconds between 0 and 3600, such as 10.");
  return Math.max(1, Math.round(seconds * 1000));
}
