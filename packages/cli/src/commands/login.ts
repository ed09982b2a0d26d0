import type { SignInOptions } from "../session/sign-in.ts";
import { formatJson } from "../terminal/data-formats.ts";
import { sanitizeText } from "../text/sanitize.ts";
import type { CliCommand } from "./command.ts";

/** Registers `briksync login`. */
export function registerLogin(parent: CliCommand): void {
  parent
    .command("login")
    .summary("Sign in and store the session in your keychain")
    .description(
      "Sign in and store the session in your keychain.\n\n" +
        "At a terminal, the CLI offers to sign in through the browser, if the server supports it. This works with every method of the sign-in page of the server. The browser may run on another machine. With a password, the CLI prompts for missing values, and for a new password if you must change yours.\n\n" +
        "It stores nothing if the sign-in fails. If there is no usable keychain, the CLI asks before it stores the session in a file.",
    )
    .option("--web", "Sign in through the browser: print a code and the address of the page, and wait")
    .option("--qr", "The same, and show the address as a QR code")
    .option("--password", "Sign in with a password, which the CLI prompts for")
    .option("--email <email>", "Email address or username (env: BRIKSYNC_EMAIL)")
    .option("--password-stdin", "Read the password from standard input")
    .option("--insecure-storage", "Store the session unencrypted, in a file that only you can read")
    .examples({
      "briksync login": "Sign in and answer the prompts",
      "briksync login --server https://api.example.com --profile work":
        'Sign in to another server and save it as the profile "work"',
      "briksync login --web": "Sign in through the browser, on this or another machine",
      "briksync login --email ada@partner.com --password-stdin <password.txt": "Sign in without a terminal",
      "briksync login --company 'Acme Corp'": "Choose one of several companies",
    })
    .runs<[], SignInOptions>(
      async (context, _args, options) => {
        const { mustChangePasswordError, signIn } = await import("../session/sign-in.ts");
        const { io, env } = context;
        const { server, profile, storedProfile: kept } = await context.settings();
        const { result, storage, mustChangePassword } = await signIn(context, options);
        const { user, activeCompany } = result;
        const { bold, yellow } = io.statusColors;
        io.writeDone(
          `Signed in to ${server.value} as ${bold(sanitizeText(user.email))}, company ${bold(sanitizeText(activeCompany.name))}.`,
        );
        io.writeStatus(
          storage.kind === "file"
            ? `${yellow("!")} The session is stored in ${storage.place}. Only you can read the file, but it is not encrypted.`
            : "  The session is stored in the keychain.",
        );
        for (const other of Object.keys(kept?.sessions ?? {}).filter((url) => url !== server.value)) {
          const place = sanitizeText(other);
          io.writeStatus(`  The session on ${place} is kept. To end it, run: briksync logout --server ${place}`);
        }
        const name = ["BRIKSYNC_TRUST", "BRIKSYNC_TOKEN", "BRIKSYNC_TOKEN_FILE"].find((variable) => env[variable]);
        if (name !== undefined) {
          io.writeStatus(`${yellow("!")} ${name} is set and overrides this session. Unset it to use the session.`);
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
    );
}
