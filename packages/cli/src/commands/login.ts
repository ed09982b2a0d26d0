import type { Command } from "commander";
import type { SignInOptions } from "../session/sign-in.ts";
import { formatJson } from "../terminal/json.ts";
import { sanitizeText } from "../text/sanitize.ts";
import { addExamples } from "./examples.ts";
import type { RunAction } from "./run-action.ts";

/** `briksync login` */
export function registerLogin(parent: Command, run: RunAction): void {
  const command = parent
    .command("login")
    .summary("sign in and keep the session")
    .description(
      "Sign in and keep the session, in the keychain of your system.\n\n" +
        "What is missing is asked for, a mistyped password up to three times. Where one must be changed first, that happens right away.\n" +
        "Nothing is stored before everything succeeded.",
    )
    .option("--email <email>", "e-mail or username (BRIKSYNC_EMAIL)")
    .option("--password-stdin", "read the password from standard input")
    .option("--company <company>", "company to work in, by name or id (BRIKSYNC_COMPANY)")
    .option("--insecure-storage", "keep the session in a file only you can read, unencrypted, instead of the keychain")
    .action(
      run<[], SignInOptions>(
        async (context, _args, options) => {
          const { mustChangePasswordError, signIn } = await import("../session/sign-in.ts");
          const { io, env } = context;
          const { server, profile } = await context.settings();
          const { result, storage, mustChangePassword } = await signIn(context, options);
          const { user, activeCompany } = result;
          const { bold, green, yellow } = io.statusColors;
          io.writeStatus(
            `${green("✓")} Signed in to ${server.value} as ${bold(sanitizeText(user.email))}, company ${bold(sanitizeText(activeCompany.name))}.`,
          );
          io.writeStatus(
            storage.kind === "file"
              ? `${yellow("!")} The session is in ${storage.place}: readable only by you, but not encrypted.`
              : "  The session is in the keychain.",
          );
          if (env["BRIKSYNC_TOKEN"] || env["BRIKSYNC_TOKEN_FILE"]) {
            const name = env["BRIKSYNC_TOKEN"] ? "BRIKSYNC_TOKEN" : "BRIKSYNC_TOKEN_FILE";
            io.writeStatus(
              `${yellow("!")} ${name} is set and goes before this session. Unset it to use what you just stored.`,
            );
          }
          if ((await context.output()) === "json") {
            await io.writeData(
              formatJson({
                server: server.value,
                profile: profile.value,
                user: { ...user, mustChangePassword },
                activeCompany,
                companies: result.companies,
                storage: storage.kind,
              }),
            );
          }
          if (mustChangePassword) throw mustChangePasswordError();
        },
        { mayCreateProfile: true, reportsRefusedSession: true },
      ),
    );
  addExamples(command, [
    ["briksync login", "asks for e-mail and password"],
    ["briksync login --server https://api.example.com --profile work", "another server, under a name of its own"],
    ["briksync login --email ada@partner.com --password-stdin <password.txt", "without a terminal"],
    ["briksync login --company 'Acme Corp'", "when you belong to several"],
  ]);
}
