import { Option } from "commander";
import { CliCommand, type RunAction } from "../commands/command.ts";
import { parseSecondsOption } from "../commands/parse-options.ts";
import { registerCommands } from "../commands/register.ts";
import { outputFormats } from "../config/globals.ts";
import { defaultServer } from "../config/settings.ts";
import { version } from "../config/version.ts";
import { formatHelp, helpWidthDefault } from "./help.ts";

/** How the program prints help while it parses arguments. */
export interface ProgramOutput {
  readonly writeHelp: (text: string) => void;
  readonly helpWidth: number | undefined;
  readonly bold: (text: string) => string;
}

// Lines of at most 80 columns, because commander does not wrap text that is added after its own help.
const moreHelp = `
Environment variables:
  BRIKSYNC_SERVER             Same as --server
  BRIKSYNC_PROFILE            Same as --profile
  BRIKSYNC_TRUST              ID of a trust. The CLI signs in with the token of
                              the CI platform
  BRIKSYNC_ID_TOKEN           Token of the CI platform, if the CLI cannot
                              request one itself
  BRIKSYNC_ID_TOKEN_FILE      File that contains this token
  BRIKSYNC_TOKEN              Access token to use instead of the stored session
  BRIKSYNC_TOKEN_FILE         File that contains the access token
  BRIKSYNC_EMAIL              Email address or username to sign in with for one
                              run
  BRIKSYNC_PASSWORD           Password for BRIKSYNC_EMAIL
  BRIKSYNC_PASSWORD_FILE      File that contains the password
  BRIKSYNC_COMPANY            Company to sign in to, by ID or exact name.
                              Required if BRIKSYNC_EMAIL belongs to several
                              companies
  BRIKSYNC_CREDENTIAL_SERVER  Only server that receives the token or password
                              (default: BRIKSYNC_SERVER or --server)
  BRIKSYNC_CLIENT_SECRET      Secret for \`keys verify\` and \`keys inspect\`,
                              used if standard input is empty
  BRIKSYNC_CLIENT_ID          Client ID that \`keys verify\` sends with it
  BRIKSYNC_STORAGE            Where to store sessions: keychain, file or none
  BRIKSYNC_CONFIG_DIR         Configuration directory
                              (default: ~/.config/briksync)
  BRIKSYNC_NO_UPDATE_NOTIFIER Do not mention newer versions
  BRIKSYNC_UPDATE_URL         Address that names the latest version
  NO_COLOR                    Turn off colors
  FORCE_COLOR, CLICOLOR_FORCE Use colors even without a terminal
  BRIKSYNC_PAGER, PAGER       Program that shows long output at a terminal
                              (default: less). An empty value turns it off
  HTTPS_PROXY, NO_PROXY       Proxy settings

  Flags override environment variables, which override the profile.

Exit codes:
    0  Success
    1  Unexpected error, or a file, destination or check failed
    2  Invalid usage, or confirmation required
    3  Not found
    4  Not signed in, or credentials rejected
    5  Not permitted by your role, plan, trust or token
    6  Rejected because of a validation error or conflict
    7  Rate limited
    8  Server unreachable, failing or unsupported
    9  Keychain unavailable
   10  Keys found (keys list --exit-code), or a trust refuses a job
  130  Interrupted or declined`;

const topPageReference = '\nRun "briksync --help" for global options and exit codes.';

/** Builds the command tree. A command loads its code when it runs, so that every start is fast. */
export function buildProgram(run: RunAction, output: ProgramOutput): CliCommand {
  const program = new CliCommand("briksync", run)
    .description("Manage the API keys of your company on a BrikSync server.")
    .helpOption("-h, --help", "Show help with examples")
    .exitOverride()
    .configureHelp({ styleTitle: output.bold, formatHelp, subcommandTerm: (command) => command.name() })
    .configureOutput({
      writeOut: output.writeHelp,
      writeErr: output.writeHelp,
      outputError: () => {},
      getOutHelpWidth: () => output.helpWidth ?? helpWidthDefault,
      getErrHelpWidth: () => output.helpWidth ?? helpWidthDefault,
      getOutHasColors: () => true,
      getErrHasColors: () => true,
    });
  program
    .option("--server <url>", `URL of the BrikSync server (default: ${defaultServer})`)
    .option("--profile <name>", "Profile to use. A profile stores a server and its sessions")
    .option("--company <company>", "Company for this run, by ID or exact name")
    .addOption(
      new Option("-o, --output <format>", "Format of the data: table, json, csv or ids (default: table)").choices([
        ...outputFormats,
      ]),
    )
    .option("--json", "Same as -o json")
    .option("--no-input", "Never prompt. Fail if a value is missing")
    .option("-y, --yes", "Answer yes to all confirmations")
    .option("--no-color", "Turn off colors")
    .option("-q, --quiet", "Print only data and errors")
    .option("--debug", "Log requests and timings to stderr, without secrets")
    .option(
      "--timeout <seconds>",
      "Time limit for one API call, including retries (default: 30)",
      parseSecondsOption(10),
    )
    .version(version, "-V, --version", "Print the version")
    .examples({
      "briksync login": "Sign in",
      "briksync keys create 'CRM Integration'": "Create a key and show its secret",
      "briksync keys list -o json": "List keys for a script",
      "briksync doctor": "Find out why a command fails",
    })
    .addHelpText("after", moreHelp);
  program.addHelpText("afterAll", ({ command }) => (command === program ? "" : topPageReference));
  registerCommands(program);
  return program;
}
