import { CliError } from "../errors/cli-error.ts";

/** The URL of a server with default settings. */
export const defaultServer = "http://127.0.0.1:4870";

/**
 * Validates and normalizes a server URL: http or https, no credentials, query or fragment, no trailing slash. Plain
 * HTTP is allowed only for this machine, because passwords and tokens would be sent unencrypted. Throws USAGE. The
 * message names `origin`, the source of the text.
 */
export function parseServerUrl(text: string, origin: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || (url.protocol !== "https:" && url.protocol !== "http:")) {
    // A text that is not a URL may still contain a password.
    const shown = text.includes("@") ? "" : `: ${text}`;
    throw new CliError("USAGE", `${origin} is not a server URL${shown}`, {
      hint: "Use a URL such as https://api.example.com",
    });
  }
  if (url.username !== "" || url.password !== "") {
    throw new CliError("USAGE", `${origin} must not contain a username or password.`, {
      hint: "To sign in, run: briksync login",
    });
  }
  if (url.search !== "" || url.hash !== "") {
    throw new CliError("USAGE", `${origin} must not contain a query or fragment: ${text}`);
  }
  if (url.protocol === "http:" && !isLoopbackHost(url.hostname)) {
    throw new CliError("USAGE", `${origin} is ${text}. Plain HTTP would send your password and token unencrypted.`, {
      hint: `Use https://${url.host}. Plain HTTP is accepted only for this machine (localhost, 127.0.0.1, [::1]).`,
    });
  }
  return `${url.origin}${url.pathname.replace(/\/+$/, "")}`;
}

/** Returns whether the host of a URL is this machine: localhost and its subdomains (RFC 6761), 127.0.0.0/8, [::1]. */
function isLoopbackHost(host: string): boolean {
  return /^(.+\.)?localhost\.?$/i.test(host) || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(host) || host === "[::1]";
}
