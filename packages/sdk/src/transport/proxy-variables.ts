import { ConfigurationError } from "../errors/errors.ts";
import { isLoopbackHost } from "./base-url.ts";

/** Environment variables by name. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** A proxy server that opens tunnels. */
export interface ProxyServer {
  /** The environment variable that names it. */
  readonly variable: string;
  readonly protocol: string;
  /** Without the brackets of an IPv6 address. */
  readonly hostname: string;
  /** Host and port, for messages. */
  readonly host: string;
  readonly port: string;
  /** Returns the value of `Proxy-Authorization`, or null. A method, so that nothing prints the password. */
  authorize(): string | null;
}

/**
 * Returns the proxy that the client for Node uses for a URL, or null. `https_proxy` applies to https. `http_proxy`
 * applies to http, and to https if `https_proxy` is not set. Lowercase names have priority. Hosts in `no_proxy` and
 * their subdomains are reached directly. Loopback addresses never use a proxy, which could read plain HTTP. Throws
 * `ConfigurationError` if a variable does not contain the URL of a proxy.
 *
 * @example
 * findProxy("https://api.example.com", process.env)?.host; // proxy.example.com:3128
 */
export function findProxy(url: string, env: Environment): ProxyServer | null {
  const { protocol, hostname, port } = new URL(url);
  const names =
    protocol === "https:" ? ["https_proxy", "HTTPS_PROXY", "http_proxy", "HTTP_PROXY"] : ["http_proxy", "HTTP_PROXY"];
  const name = names.find((each) => env[each]);
  if (name === undefined || isLoopbackHost(hostname)) return null;
  const exceptions = env["no_proxy"] ?? env["NO_PROXY"] ?? "";
  const effectivePort = port === "" ? (protocol === "https:" ? "443" : "80") : port;
  if (isException(hostname, effectivePort, exceptions)) return null;
  return readProxy(name, env[name] ?? "");
}

/** Returns whether a list such as `localhost,.example.com:8080,[::1]` contains a host or one of its parent domains. */
function isException(hostname: string, port: string, list: string): boolean {
  const host = unbracket(hostname);
  return list
    .toLowerCase()
    .split(/[,\s]+/)
    .some((entry) => {
      // An IPv6 address needs brackets only in front of a port.
      const [, bracketed, plain, onlyPort = port] = /^(?:\[(.+)\]|([^:]+))(?::(\d+))?$/.exec(entry) ?? [];
      const name = bracketed ?? (plain ?? entry).replace(/^\*?\./, "");
      return name === "*" || (name !== "" && onlyPort === port && (host === name || host.endsWith(`.${name}`)));
    });
}

/** Parses the URL of a proxy. Errors do not contain the value, because it may include a password. */
function readProxy(name: string, value: string): ProxyServer {
  try {
    const { protocol, hostname, host, port, username, password } = new URL(value);
    if (!/^https?:$/.test(protocol)) throw new Error("Not a proxy for HTTP");
    const login = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
    return {
      variable: name,
      protocol,
      hostname: unbracket(hostname),
      host,
      port,
      authorize: () => (login === ":" ? null : `Basic ${Buffer.from(login).toString("base64")}`),
    };
  } catch {
    throw new ConfigurationError(
      `${name} is not a proxy URL such as http://proxy.example.com:3128. ` +
        "Percent-encode reserved characters in the user name and password.",
    );
  }
}

/** Returns an IPv6 address without brackets. */
function unbracket(hostname: string): string {
  return /^\[(.*)\]$/.exec(hostname)?.[1] ?? hostname;
}
