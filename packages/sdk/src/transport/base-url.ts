import { ConfigurationError } from "../errors/errors.ts";

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
  const url = URL.canParse(text) ? new URL(text) : null;
  const isPlain = url !== null && url.username + url.password + url.search + url.hash === "";
  if (!isPlain || !/^https?:$/.test(url.protocol)) {
    throw new ConfigurationError(
      "baseUrl must be a URL such as https://api.example.com, without user name, password, query or fragment.",
    );
  }
  if (url.protocol === "http:" && !allowInsecureHttp && !isLoopbackHost(url.hostname)) {
    throw new ConfigurationError(
      `baseUrl uses plain HTTP for ${url.hostname}, so others could read the credentials. Use HTTPS, or set allowInsecureHttp.`,
    );
  }
  return { origin: url.origin, prefix: url.pathname.replace(/\/+$/, "") };
}

/** Whether a URL's host name can only mean this machine. */
export function isLoopbackHost(hostname: string): boolean {
  return /^(localhost|.*\.localhost|\[::1\]|127(\.\d{1,3}){3})$/.test(hostname);
}
