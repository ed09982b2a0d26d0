import type { SignInOptions } from "../session/sign-in.ts";
import { formatJson } from "../terminal/data-formats.ts";
import { sanitizeText } from "../text/sanitize.ts";
import type { CliCommand } from "./command.ts";

/** `briksync login` */
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

/** `briksync logout` */
export function registerLogout(parent: CliCommand): void {
  parent
    .command("logout")
    .summary("Sign out and delete the stored session")
    .description(
      "End the session on the server and delete it from this machine. If the server cannot be reached, the CLI still deletes the local " +
        "session and exits with code 8.",
    )
    .option("--all", "Sign out of all profiles and servers")
    .examples({
      "briksync logout": "Sign out of the current profile",
      "briksync logout --all": "Sign out of all profiles and servers",
    })
    .runs<[], { all?: boolean }>(
      async (context, _args, options) =>
        (await import("../session/sign-out.ts")).signOut(context, options.all === true),
      { reportsRefusedSession: true },
    );
}

/** `briksync whoami` */
export function registerWhoami(parent: CliCommand): void {
  parent
    .command("whoami")
    .summary("Show the signed-in user, company, plan and token")
    .description(
      "Show the signed-in user, the company and its plan, the source and expiry of the token, and your IP address as the server sees it.",
    )
    .examples({
      "briksync whoami": "Show who is signed in",
      "briksync whoami -o json": "Print the same as JSON",
    })
    .runs(async (context) => (await import("../session/who-am-i.ts")).showWhoIAm(context), {
      reportsRefusedSession: true,
    });
}

/** `briksync token` */
export function registerToken(parent: CliCommand): void {
  parent
    .command("token")
    .summary("Print an access token for a script")
    .description(
      "Print an access token of your session, for scripts that call the API themselves. It is valid for a few minutes. With -o json, the " +
        "CLI also prints when it expires.\n\n" +
        "Everybody who has the token can act as you. At a terminal, the CLI asks before it shows the token, unless you pass --yes.",
    )
    .examples({
      'curl -H @- https://keys.example.com/external/v1/auth/keys \\\n    <<< "Authorization: Bearer $(briksync token)"':
        "Call the API",
      "BRIKSYNC_TOKEN=$(briksync token) ./script.sh": "Pass the session to a script",
    })
    .runs(async (context) => (await import("../session/print-token.ts")).printToken(context));
}

/** `briksync password change` */
export function registerPasswordChange(parent: CliCommand): void {
  parent
    .command("change")
    .summary("Change your password")
    .description("Change your password. The server ends all your other sessions.")
    .option("--password-stdin", "Read two lines from standard input: the current password and the new one")
    .examples({
      "briksync password change": "Change your password and answer the prompts",
      [`printf '%s\\n' "$CURRENT" "$NEW" | briksync password change --password-stdin`]:
        "Change your password without a terminal",
    })
    .runs<[], { passwordStdin?: boolean }>(async (context, _args, options) => {
      const { askAndChangePassword, changePassword } = await import("../session/change-password.ts");
      const { passwordChangeLine, readTwoPasswords } = await import("../session/change-password.ts");
      // A terminal would show the typed passwords, so the CLI prompts for them instead.
      if (options.passwordStdin === true && !context.io.isInputTty) {
        const passwords = await readTwoPasswords(context);
        await changePassword(context, await context.client(), passwords);
      } else {
        const prompts = await context.prompts(passwordChangeLine);
        const client = await context.client();
        await askAndChangePassword(context, client, prompts, await prompts.password("Current password:"));
      }
      context.io.writeDone(`Password changed. The server ended your other sessions.`);
    });
}
