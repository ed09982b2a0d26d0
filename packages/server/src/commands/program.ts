import { Command, Option } from "commander";
import { plans } from "../domain/access.ts";
import type { AdminCreateOptions } from "./admin-create.ts";
import type { Terminal } from "./terminal.ts";

/** The command line of `briksync-server`; each command's code is loaded when it runs. Sets the exit code by `finish`. */
export function createProgram(terminal: Terminal, finish: (exitCode: number) => void): Command {
  const program = new Command("briksync-server")
    .description("Reference server for BrikSync API keys. Configured by environment variables, see the README.")
    .version(terminal.version)
    .showHelpAfterError("(add --help for usage)")
    .allowExcessArguments(false)
    // Before the commands, which inherit it: usage errors are thrown, and main.ts gives them their exit code.
    .exitOverride();

  program
    .command("serve", { isDefault: true })
    .description("listen until SIGTERM (the default)")
    .action(async () => finish(await (await import("./serve.ts")).serve(terminal)));

  const admin = program.command("admin").description("users and companies");
  admin
    .command("create")
    .description("create an admin with a company, or add an existing user to another company")
    .requiredOption("--email <email>", "e-mail, the name to sign in with")
    .option("--username <name>", "a second name to sign in with")
    .requiredOption("--first-name <name>", "first name")
    .requiredOption("--last-name <name>", "last name")
    .requiredOption("--company <name>", "company, created when there is none of that name")
    .addOption(new Option("--plan <plan>", "plan of a new company (default: BUSINESS)").choices([...plans]))
    .addOption(
      new Option("--privilege <level>", "1 Super Admin, 2 Admin, 3 Member (default: 1 for a new member)").choices([
        "1",
        "2",
        "3",
      ]),
    )
    .option("--must-change-password", "the password must be changed at the first sign-in")
    .option("--password-stdin", "read the password from stdin; otherwise one is generated and printed once")
    .option("--json", "print one JSON object")
    .action(async (options: Omit<AdminCreateOptions, "privilege"> & { privilege?: "1" | "2" | "3" }) => {
      const { adminCreate } = await import("./admin-create.ts");
      const { privilege: level, ...rest } = options;
      const privilege = level === undefined ? {} : { privilege: Number(level) as 1 | 2 | 3 };
      finish(await adminCreate(terminal, { ...rest, ...privilege }));
    });

  program
    .command("migrate")
    .description("bring the database's schema up to date")
    .action(async () => finish(await (await import("./migrate.ts")).migrateDatabase(terminal)));

  program
    .command("export")
    .description("write the whole database to stdout, to be moved to another one")
    .action(async () => finish(await (await import("./export.ts")).exportDatabase(terminal)));

  program
    .command("import")
    .description("read an export from stdin into an empty database")
    .action(async () => finish(await (await import("./import.ts")).importDatabase(terminal)));

  program
    .command("openapi")
    .description("print the OpenAPI 3.1 document")
    .action(async () => finish(await (await import("./openapi.ts")).printOpenapi(terminal)));

  const audit = program.command("audit").description("the audit trail's hash chains");
  audit
    .command("anchor")
    .description("print the newest link of every chain, to be kept elsewhere")
    .action(async () => finish(await (await import("./audit-verify.ts")).printAuditAnchor(terminal)));
  audit
    .command("verify")
    .description("recompute every chain; exit code 10 when one is broken")
    .option("--anchor <file>", "what `audit anchor` printed: finds truncation too")
    .action(async (options: { anchor?: string }) =>
      finish(await (await import("./audit-verify.ts")).verifyAudit(terminal, options)),
    );
  return program;
}
