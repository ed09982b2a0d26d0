import { Command, Option } from "commander";
import { plans } from "../domain/access.ts";
import { findNearestNames } from "../domain/nearest-names.ts";
import type { AdminCreateOptions } from "./accounts/admin-create.ts";
import { registerCompanyCommands } from "./accounts/companies.ts";
import { registerKeyCommands } from "./accounts/keys.ts";
import { registerMemberCommands } from "./accounts/members.ts";
import { registerUserCommands } from "./accounts/users.ts";
import type { Terminal } from "./terminal.ts";

/**
 * Returns the command line of `briksync-server`. The code of a command is loaded when it runs. `finish` receives the
 * exit code of a command that can fail without an error.
 */
export function createProgram(terminal: Terminal, finish: (exitCode: number) => void): Command {
  const program = new Command("briksync-server")
    .description("Run and administer a BrikSync server. Environment variables configure it.")
    .version(terminal.version, "-V, --version", "Print the version")
    .helpOption("-h, --help", "Show help")
    .showHelpAfterError("(Run the command with --help for usage.)")
    .allowExcessArguments(false)
    // Set before the commands, which inherit it. Usage errors are thrown, and run.ts sets their exit code.
    .exitOverride();

  const runServe = async (): Promise<void> => finish(await (await import("./serve/serve.ts")).serve(terminal));
  program.command("serve").description("Start the server (default command)").action(runServe);

  const admin = program.command("admin").description("Create users and companies");
  admin
    .command("create")
    .description("Create an admin with a company, or add an existing user to another company")
    .requiredOption("--email <email>", "Email address to sign in with")
    .option("--username <name>", "Username that the user can also sign in with")
    .requiredOption("--first-name <name>", "First name")
    .requiredOption("--last-name <name>", "Last name")
    .requiredOption("--company <name>", "Company, by name or ID")
    .addOption(new Option("--plan <plan>", "Plan of a new company (default: BUSINESS)").choices([...plans]))
    .addOption(
      new Option("--privilege <level>", "1 Super Admin, 2 Admin, 3 Member (default: 1 for a new member)").choices([
        "1",
        "2",
        "3",
      ]),
    )
    .option("--new-company", "Create the company without confirmation if it does not exist")
    .option("--must-change-password", "Require a new password at the first sign-in")
    .option("--password-stdin", "Read the password from stdin (default: generate one and print it once)")
    .option("--json", "Print one JSON object")
    .addHelpText(
      "after",
      "\nExample:\n  briksync-server admin create --email ada@partner.com --first-name Ada --last-name Lovelace \\\n" +
        '    --company "Acme Corp" --must-change-password',
    )
    .action(async (options: Omit<AdminCreateOptions, "privilege"> & { privilege?: "1" | "2" | "3" }) => {
      const { adminCreate } = await import("./accounts/admin-create.ts");
      const { privilege: level, ...rest } = options;
      const privilege = level === undefined ? {} : { privilege: Number(level) as 1 | 2 | 3 };
      await adminCreate(terminal, { ...rest, ...privilege });
    });

  program
    .command("migrate")
    .description("Migrate the database to the schema of this version")
    .action(async () => (await import("./migrate.ts")).migrateDatabase(terminal));

  program
    .command("export")
    .description("Export the database to stdout")
    .action(async () => (await import("./transfer/export.ts")).exportDatabase(terminal));

  program
    .command("import")
    .description("Import an export from stdin into an empty database")
    .action(async () => (await import("./transfer/import.ts")).importDatabase(terminal));

  program
    .command("openapi")
    .description("Print the OpenAPI 3.1 document")
    .action(async () => (await import("./openapi.ts")).printOpenapi(terminal));

  const audit = program.command("audit").description("Check the hash chains of the audit trail");
  audit
    .command("anchor")
    .description("Print the newest hash of each audit chain, to store outside the database")
    .action(async () => finish(await (await import("./audit-verify.ts")).printAuditAnchor(terminal)));
  audit
    .command("verify")
    .description("Verify all audit chains. Exit with code 10 if one is broken")
    .option("--anchor <file>", "File with the output of `audit anchor`. Also detects truncated chains")
    .action(async (options: { anchor?: string }) =>
      finish(await (await import("./audit-verify.ts")).verifyAudit(terminal, options)),
    );

  const groups = [
    ["users", "List, show, disable and enable users", registerUserCommands],
    ["members", "Add and remove members of companies, and change their roles", registerMemberCommands],
    ["companies", "List, show and rename companies, and set their plans", registerCompanyCommands],
    ["keys", "Set rate limits of keys", registerKeyCommands],
  ] as const;
  for (const [name, description, register] of groups)
    register(program.command(name).description(description), terminal);

  // Set last, so that the commands do not inherit it. An unknown command becomes an argument here.
  program.allowExcessArguments(true).action(async () => {
    const [typed] = program.args;
    if (typed === undefined) return runServe();
    const nearest = findNearestNames(
      typed,
      program.commands.map((command) => command.name()),
      1,
    );
    const advice = nearest.length === 0 ? "" : `\n(Did you mean ${nearest.join()}?)`;
    program.error(`error: unknown command '${typed}'${advice}`, { code: "commander.unknownCommand" });
  });
  return program;
}
