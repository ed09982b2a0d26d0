import { Command, Option } from "commander";
import { plans } from "../domain/access.ts";
import { findNearestNames } from "../domain/nearest-names.ts";
import type { AdminCreateOptions } from "./accounts/admin-create.ts";
import { registerCompanyCommands } from "./accounts/companies.ts";
import { registerKeyCommands } from "./accounts/keys.ts";
import { registerMemberCommands } from "./accounts/members.ts";
import { registerUserCommands } from "./accounts/users.ts";
import { addExamples } from "./add-examples.ts";
import type { Terminal } from "./terminal.ts";

const exitCodes = `
Exit codes:
    0  Success
    1  The command failed
    2  Invalid usage
   10  A broken audit chain (audit verify)
   78  Invalid configuration`;

/**
 * Returns the command line of `briksync-server`. The code of a command is loaded when it runs. `finish` receives the
 * exit code of a command that can fail without an error.
 */
export function createProgram(terminal: Terminal, finish: (exitCode: number) => void): Command {
  const program = new Command("briksync-server")
    .description(
      "Run and administer a BrikSync server.\n\n" +
        "Without a command, the server starts. Environment variables configure it. By default, it listens on http://127.0.0.1:4870 and " +
        "stores its data in briksync.db.",
    )
    .version(terminal.version, "-V, --version", "Print the version")
    .helpOption("-h, --help", "Show help with examples")
    .configureHelp({ subcommandTerm: (command) => command.name() })
    .showHelpAfterError("(Run the command with --help for usage.)")
    .allowExcessArguments(false)
    // Set before the commands, which inherit it. Usage errors are thrown, and run.ts sets their exit code.
    .exitOverride();

  addExamples(program, [
    ["", "Start the server with a new SQLite database"],
    ["admin create --help", "Create the first admin"],
    ["users list", "List all users"],
  ]);
  program.addHelpText("after", exitCodes);

  const runServe = async (): Promise<void> => finish(await (await import("./serve/serve.ts")).serve(terminal));
  const serve = program
    .command("serve")
    .summary("Start the server (default command)")
    .description("Start the server. SIGTERM and Ctrl-C let running requests finish first.")
    .action(runServe);
  addExamples(serve, [
    ["serve", "Start the server"],
    ["serve | pino-pretty", "Start the server and format its log"],
  ]);

  const admin = program
    .command("admin")
    .summary("Create users and companies")
    .helpCommand(false)
    .description("Create users and companies.");
  addExamples(admin, [["admin create --help", "Show the options of a new admin"]]);
  const create = admin
    .command("create")
    .summary("Create an admin with a company")
    .description(
      "Create an admin with a company, or add an existing user to another company.\n\n" +
        "By default, the server generates a password and prints it once.",
    )
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
    .action(async (options: Omit<AdminCreateOptions, "privilege"> & { privilege?: "1" | "2" | "3" }) => {
      const { adminCreate } = await import("./accounts/admin-create.ts");
      const { privilege: level, ...rest } = options;
      const privilege = level === undefined ? {} : { privilege: Number(level) as 1 | 2 | 3 };
      await adminCreate(terminal, { ...rest, ...privilege });
    });
  const person = "--email ada@partner.com --first-name Ada --last-name Lovelace";
  addExamples(create, [
    [`admin create ${person} \\\n    --company "Acme Corp" --must-change-password`, "Create an admin of a new company"],
    [
      `admin create ${person} \\\n    --company "Acme Corp" --password-stdin <password.txt`,
      "Read the password from a file",
    ],
  ]);

  const migrate = program
    .command("migrate")
    .summary("Migrate the database to this version")
    .description("Migrate the database to the schema of this version. The server also does this when it starts.")
    .action(async () => (await import("./migrate.ts")).migrateDatabase(terminal));
  addExamples(migrate, [["migrate", "Migrate the database of DATABASE_URL"]]);

  const exportCommand = program
    .command("export")
    .summary("Export the database to stdout")
    .description("Export the database to stdout, one JSON object per line. It contains no readable secrets.")
    .action(async () => (await import("./transfer/export.ts")).exportDatabase(terminal));
  addExamples(exportCommand, [["export > briksync.jsonl", "Export the database to a file"]]);

  const importCommand = program
    .command("import")
    .summary("Import an export from stdin")
    .description("Import an export from stdin into an empty database. If a line is invalid, nothing is imported.")
    .action(async () => (await import("./transfer/import.ts")).importDatabase(terminal));
  addExamples(importCommand, [["import < briksync.jsonl", "Import an export into the database of DATABASE_URL"]]);

  const openapi = program
    .command("openapi")
    .summary("Print the OpenAPI document")
    .description("Print the OpenAPI 3.1 document of the API. Needs no database.")
    .action(async () => (await import("./openapi.ts")).printOpenapi(terminal));
  addExamples(openapi, [["openapi > openapi.json", "Save the document"]]);

  const audit = program
    .command("audit")
    .helpCommand(false)
    .summary("Check the hash chains of the audit trail")
    .description("Check the hash chains of the audit trail. Each event contains the hash of the one before it.");
  addExamples(audit, [
    ["audit anchor > anchor.json", "Store the newest hashes outside the database"],
    ["audit verify --anchor anchor.json", "Check that nobody changed or removed events"],
  ]);
  const anchor = audit
    .command("anchor")
    .summary("Print the newest hash of each audit chain")
    .description("Print the newest hash of each audit chain. Store it outside the database.")
    .action(async () => finish(await (await import("./audit-verify.ts")).printAuditAnchor(terminal)));
  addExamples(anchor, [["audit anchor > anchor.json", "Store the newest hashes"]]);
  const verify = audit
    .command("verify")
    .summary("Verify all audit chains")
    .description("Verify all audit chains. Exits with code 10 if one is broken.")
    .option("--anchor <file>", "File with the output of `audit anchor`. Also detects truncated chains")
    .action(async (options: { anchor?: string }) =>
      finish(await (await import("./audit-verify.ts")).verifyAudit(terminal, options)),
    );
  addExamples(verify, [
    ["audit verify", "Verify all chains"],
    ["audit verify --anchor anchor.json", "Also detect removed events"],
  ]);

  const groups = [
    [
      "users",
      "List, show, disable and enable users",
      registerUserCommands,
      [
        ["users list", "List all users"],
        ["users disable ada@partner.com", "Disable a user and end all their sessions"],
      ],
    ],
    [
      "members",
      "Add and remove members of companies, and change their roles",
      registerMemberCommands,
      [['members add ada@partner.com "Acme Corp" admin', "Add a user to a company"]],
    ],
    [
      "companies",
      "List, show and rename companies, and set their plans",
      registerCompanyCommands,
      [['companies set-plan "Acme Corp" BUSINESS', "Set the plan of a company"]],
    ],
    [
      "keys",
      "Set rate limits of keys",
      registerKeyCommands,
      [["keys set-limit --help", "Show how to change the limit of a key"]],
    ],
  ] as const;
  for (const [name, summary, register, examples] of groups) {
    const group = program.command(name).summary(summary).helpCommand(false).description(`${summary}.`);
    addExamples(group, examples);
    register(group, terminal);
    for (const command of group.commands) command.option("--json", "Print JSON");
  }

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
