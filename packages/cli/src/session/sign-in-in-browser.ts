import { type BrikSync, type DeviceSignIn, isApiError, isBrikSyncError, type SignInResult } from "@briksync/sdk";
import { version } from "../config/version.ts";
import type { Context } from "../context.ts";
import { CliError } from "../errors/cli-error.ts";
import { canAsk } from "../terminal/confirm.ts";
import { isOverSsh, openInBrowser } from "../terminal/open-in-browser.ts";
import { sanitizeText } from "../text/sanitize.ts";

const again = "To get a new code, run: briksync login --web";
const hostNameCharactersMax = 100;

/**
 * Signs in through a browser on this or any other machine. Prints the address and the code, opens the browser if a
 * person uses this machine directly, and waits until they have decided.
 */
export async function signInInBrowser(
  context: Context,
  client: BrikSync,
  { qr: isQrWanted = false }: { readonly qr?: boolean },
): Promise<SignInResult> {
  const { host, io, signal } = context;
  const signIn = await start(context, client);
  const url = await checkAddress(context, signIn.verificationUriComplete);
  const { bold } = io.statusColors;
  // The user needs these lines even with --quiet.
  io.writeError(`Open this page in a browser:\n\n  ${url}\n`);
  if (isQrWanted) io.writeError((await import("./qr-code.ts")).drawQrCode(url));
  io.writeError(`Check that the page shows this code: ${bold(sanitizeText(signIn.userCode))}`);
  if (canAsk(context) && !isOverSsh(host)) await openInBrowser(host, url);
  using _waiting = io.startWaiting("Waiting for you to approve the sign-in");
  try {
    return await signIn.wait({ signal });
  } catch (error) {
    throw explainEnd(error);
  }
}

async function start({ host, signal }: Context, client: BrikSync): Promise<DeviceSignIn> {
  const hostName = [...sanitizeText(host.hostName).trim()].slice(0, hostNameCharactersMax).join("") || "unknown";
  try {
    return await client.auth.startDeviceSignIn({ hostName, clientVersion: `briksync ${version}` }, { signal });
  } catch (error) {
    if (!isApiError(error) || (error.status !== 404 && error.status !== 405)) throw error;
    throw new CliError("FEATURE_UNAVAILABLE", "This server does not offer sign-in through the browser.", {
      hint: "To sign in with a password, run: briksync login --password",
      cause: error,
    });
  }
}

/**
 * Returns the address of the page. The address comes from the server, and a browser would open any address. So it must
 * use HTTPS, or be on the server itself.
 * @throws {CliError} INVALID_RESPONSE
 */
async function checkAddress(context: Context, text: string): Promise<string> {
  const server = new URL((await context.settings()).server.value);
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url?.protocol === "https:" || (url?.protocol === "http:" && url.origin === server.origin)) return url.href;
  throw new CliError("INVALID_RESPONSE", "The server sent an address for the browser that is not safe to open.", {
    hint: "Ask the operator of the server to set PUBLIC_URL to an address that starts with https://.",
  });
}

/** Returns the error for a sign-in that did not succeed. */
function explainEnd(cause: unknown): unknown {
  if (isApiError(cause, "ACCESS_DENIED")) {
    return new CliError("ACCESS_DENIED", "The sign-in was denied in the browser. You are not signed in.", {
      hint: again,
      cause,
    });
  }
  if (isApiError(cause, "DEVICE_CODE_EXPIRED")) {
    return new CliError("DEVICE_CODE_EXPIRED", "The code expired before the sign-in was approved.", {
      hint: again,
      cause,
    });
  }
  if (isBrikSyncError(cause) && cause.name === "AbortedError") {
    return new CliError("INTERRUPTED", "Interrupted. You are not signed in, and the code is useless now.", { cause });
  }
  return cause;
}
