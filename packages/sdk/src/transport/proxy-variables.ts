import { ConfigurationError } from "../errors/errors.ts";
import { isLoopbackHost } from "./base-url.ts";

/** Variables of the environment, by name. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** A proxy that opens tunnels. */
export interface ProxyServer {
  readonly protocol: string;
  /** Without the brackets of an IPv6 address. */
  readonly hostname: string;
  /** Host and port, for messages. */
  readonly host: string;
  readonly port: string;
  /** Value of `Proxy-Authorization`, or null. */
  readonly authorization: string | null;
}

/**
 * Returns the proxy that the environment names for an origin, or null. `https_proxy` is for https, `http_proxy` for http and for https
 * without a proxy of its own. Lower-case names come first. `no_proxy` lists hosts that are reached directly, with their
 * subdomains. A loopback address is never sent to a proxy, because plain HTTP could be read there.
 * Throws `ConfigurationError` for a variable that does not hold the address of a proxy.
 */
export function findProxy(origin: string, env: Environment): ProxyServer | null {
  const { protocol, hostname, port } = new URL(origin);
  const names =
    protocol === "https:" ? ["https_proxy", "HTTPS_PROXY", "http_proxy", "HTTP_PROXY"] : ["http_proxy", "HTTP_PROXY"];
  const name = names.find((each) => env[each]);
  if (name === undefined || isLoopbackHost(hostname)) return null;
  const exceptions = env["no_proxy"] ?? env["NO_PROXY"] ?? "";
  const effectivePort = port === "" ? (protocol === "https:" ? "443" : "80") : port;
  if (isException(hostname, effectivePort, exceptions)) return null;
  return readProxy(name, env[name] ?? "");
}

/** Whether a list such as `localhost,.example.com:8080,[::1]` has a host, or a domain above it. */
function isException(hostname: string, port: string, list: string): boolean {
  const host = unbracket(hostname);
  return list
    .toLowerCase()
    .split(/[,\s]+/)
    .some((entry) => {
      // An IPv6 address needs brackets only before a port.
      const [, bracketed, plain, onlyPort = port] = /^(?:\[(.+)\]|([^:]+))(?::(\d+))?$/.exec(entry) ?? [];
      const name = bracketed ?? (plain ?? entry).replace(/^\*?\./, "");
      return name === "*" || (name !== "" && onlyPort === port && (host === name || host.endsWith(`.${name}`)));
    });
}

/** The value stays out of the error, and so does the error of the parser: there may be a password inside. */
function readProxy(name: string, value: string): ProxyServer {
  try {
    const { protocol, hostname, host, port, username, password } = new URL(value);
    if (!/^https?:$/.test(protocol)) throw new Error("Not a proxy for HTTP");
    const login = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
    return {
      protocol,
      hostname: unbracket(hostname),
      host,
      port,
      authorization: login === ":" ? null : `Basic ${Buffer.from(login).toString("base64")}`,
    };
  } catch {
    throw new ConfigurationError(
      `${name} is not a proxy URL such as http://proxy.example.com:3128. ` +
        "Percent-encode reserved characters in the user name and password.",
    );
  }
}

/** An IPv6 address without its brackets. */
function unbracket(hostname: string): string {
  return /^\[(.*)\]$/.exec(hostname)?.[1] ?? hostname;
}
