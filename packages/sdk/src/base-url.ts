import { ConfigurationError } from "./errors.ts";

/** A base URL taken apart once, so that no call has to parse one. */
export interface BaseUrl {
  /** Scheme, host and port. */
  readonly origin: string;
  /** Path before every operation, without a slash at its end; mostly empty. */
  readonly prefix: string;
}

const DEFAULT_BASE_URL = "http://127.0.0.1:4870";

/**
 * Checks and takes apart a base URL. Throws `ConfigurationError` for anything but http and https, for user
 * names, queries and fragments, and for plain http to a host that is not loopback unless that is allowed.
 */
export function parseBaseUrl(text: string = DEFAULT_BASE_URL, allowInsecureHttp = false): BaseUrl {
  const url = readUrl(text);
  if (url.protocol !== "https:" && url.protocol !== "http:") {
    throw new ConfigurationError(`baseUrl must start with https:// (or http:// for this machine), not ${url.protocol}`);
  }
  if (url.username !== "" || url.password !== "") {
    throw new ConfigurationError("baseUrl must not contain a user name or password; pass credentials as options.");
  }
  if (url.search !== "" || url.hash !== "") {
    throw new ConfigurationError("baseUrl must not contain a query or a fragment.");
  }
  if (url.protocol === "http:" && !allowInsecureHttp && !isLoopbackHost(url.hostname)) {
    throw new ConfigurationError(
      `baseUrl uses plain http for ${url.hostname}, which would send credentials readable. Use https, or set allowInsecureHttp.`,
    );
  }
  return { origin: url.origin, prefix: url.pathname.replace(/\/+$/, "") };
}

function readUrl(text: string): URL {
  try {
    return new URL(text);
  } catch {
    throw new ConfigurationError("baseUrl is not a URL. Write it like https://api.example.com.");
  }
}

/** Whether a URL's host name can only mean this machine. */
export function isLoopbackHost(hostname: string): boolean {
  return (
    hostname === "localhost" ||
    hostname.endsWith(".localhost") ||
    hostname === "[::1]" ||
    /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(hostname)
  );
}
