import { type BrikSync, isBrikSyncError } from "@briksync/sdk";
import type { Context } from "../context.ts";
import { CliError } from "../errors/cli-error.ts";
import { canAsk } from "../terminal/confirm.ts";

/** The options of `briksync login` that select the method. */
export interface MethodOptions {
  readonly web?: boolean;
  readonly password?: boolean;
  readonly qr?: boolean;
  readonly email?: string;
  readonly passwordStdin?: boolean;
}

/** How to sign in. */
type Method = "browser" | "password";

/**
 * Returns how to sign in. Without an option that decides it, prompts at a terminal if the server offers the browser,
 * and uses the password otherwise. Throws USAGE for options that contradict each other.
 */
export async function chooseMethod(context: Context, client: BrikSync, options: MethodOptions): Promise<Method> {
  const { web = false, qr = false, password = false, passwordStdin = false, email } = options;
  const ofPassword = [
    ...(password ? ["--password"] : []),
    ...(passwordStdin ? ["--password-stdin"] : []),
    ...(email === undefined ? [] : ["--email"]),
  ];
  const [ofBrowser] = [...(web ? ["--web"] : []), ...(qr ? ["--qr"] : [])];
  if (ofBrowser !== undefined && ofPassword[0] !== undefined) {
    throw new CliError("USAGE", `${ofBrowser} and ${ofPassword[0]} cannot be used together.`, {
      hint: "Pass --web to sign in through the browser, or --password to sign in with a password.",
    });
  }
  if (ofBrowser !== undefined) return "browser";
  const { BRIKSYNC_EMAIL, BRIKSYNC_PASSWORD, BRIKSYNC_PASSWORD_FILE } = context.env;
  const isDecided = ofPassword.length > 0 || BRIKSYNC_EMAIL || BRIKSYNC_PASSWORD || BRIKSYNC_PASSWORD_FILE;
  if (isDecided || !canAsk(context) || !(await isBrowserOffered(context, client))) return "password";
  return (await context.prompts()).select<Method>("How do you want to sign in?", [
    { name: "In the browser", value: "browser" },
    { name: "With a password", value: "password" },
  ]);
}

/**
 * Returns whether the server offers the sign-in in a browser. Returns false if the server is unreachable, because the
 * sign-in itself then reports why it fails.
 */
async function isBrowserOffered(context: Context, client: BrikSync): Promise<boolean> {
  try {
    return (await client.auth.getSignInMethods({ signal: context.signal })).includes("browser");
  } catch (error) {
    if (isBrikSyncError(error) && error.name !== "AbortedError") return false;
    throw error;
  }
}
