import { ConfigurationError } from "../errors/errors.ts";

/** The parts of a base URL, so that calls do not parse it again. */
export interface BaseUrl {
  /** Scheme, host and port. */
  readonly origin: string;
  /** Path prefix of all operations, without a slash at its end. Usually empty. */
  readonly prefix: string;
}

const defaultBaseUrl = "http://127.0.0.1:4870";

/**
 * Parses a base URL. Throws `ConfigurationError` for protocols other than HTTP and HTTPS, and for user names, queries
 * and fragments. Also throws it for plain HTTP to a host that is not loopback, unless `allowInsecureHttp` is set.
 */
export function parseBaseUrl(text: string = defaultBaseUrl, allowInsecureHttp = false): BaseUrl {
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

/** Returns whether a host name can only mean this machine. */
export function isLoopbackHost(hostname: string): boolean {
  return /^(localhost|.*\.localhost|\[::1\]|127(\.\d{1,3}){3})$/.test(hostname);
}
