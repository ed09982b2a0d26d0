import type { PostgresLocation, TlsMode } from "../store/postgres/location.ts";

/** What a `postgres://` URL says, or everything that is wrong with it. The password never shows up in a problem. */
export type ParsedPostgresUrl =
  | { readonly ok: true; readonly location: Omit<PostgresLocation, "poolSize"> }
  | { readonly ok: false; readonly problems: readonly string[] };

const tlsModes: readonly TlsMode[] = ["disable", "require", "verify-ca", "verify-full"];
const knownParameters = ["host", "sslmode", "sslrootcert", "sslcert", "sslkey", "application_name"];

function decode(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}

/** Addresses of this machine, on which nobody listens in: Unix sockets and loopback. */
function isLocal(host: string): boolean {
  return host.startsWith("/") || host === "localhost" || host === "::1" || /^127(?:\.\d{1,3}){3}$/.test(host);
}

/**
 * Reads a connection URL as libpq does (PostgreSQL, section 34.1.1.2), with its `sslmode` and certificate parameters. Two
 * things differ on purpose: without `sslmode` another machine must prove who it is (`verify-full`), and modes that
 * silently fall back to no encryption are refused.
 */
export function parsePostgresUrl(text: string): ParsedPostgresUrl {
  if (!URL.canParse(text))
    return { ok: false, problems: ["is not a URL such as postgres://user:password@host/database"] };
  const url = new URL(text);
  const problems: string[] = [];
  const parameters = new Map<string, string>();
  for (const [name, value] of url.searchParams) {
    if (!knownParameters.includes(name)) {
      problems.push(`does not know the parameter ${JSON.stringify(name)}; it knows ${knownParameters.join(", ")}`);
    } else if (parameters.has(name)) problems.push(`names the parameter ${name} twice`);
    else parameters.set(name, value);
  }
  const host = parameters.get("host") ?? decode(url.hostname)?.replace(/^\[|\]$/g, "") ?? "";
  const user = decode(url.username);
  const password = decode(url.password);
  const database = decode(url.pathname.slice(1));
  if (host === "") problems.push("names no host");
  else if (host.includes(",")) problems.push("names several hosts; name one that leads to the primary");
  if (user === null || password === null || database === null)
    problems.push("has a % that is not followed by two digits");
  else {
    if (user === "") problems.push("names no user");
    if (database === "" || database.includes("/")) problems.push("names no database");
  }
  if (url.hash !== "") problems.push("has a # in it; write %23");
  const mode = parameters.get("sslmode") ?? (isLocal(host) ? "disable" : "verify-full");
  const tlsMode = tlsModes.find((candidate) => candidate === mode);
  if (tlsMode === undefined) {
    problems.push(`has sslmode=${JSON.stringify(mode)}; expected one of ${tlsModes.join(", ")}`);
  } else if (tlsMode !== "disable" && host.startsWith("/")) problems.push("asks for TLS over a Unix socket");
  const certificateFile = parameters.get("sslcert");
  const keyFile = parameters.get("sslkey");
  if ((certificateFile === undefined) !== (keyFile === undefined))
    problems.push("has one of sslcert and sslkey; they belong together");
  if (tlsMode === undefined || user === null || password === null || database === null || problems.length > 0) {
    return { ok: false, problems };
  }
  return {
    ok: true,
    location: {
      engine: "postgres",
      host,
      port: url.port === "" ? 5432 : Number(url.port),
      database,
      user,
      password: password === "" ? undefined : password,
      tls: {
        // As libpq: an authority that is named is an authority that is asked.
        mode: tlsMode === "require" && parameters.has("sslrootcert") ? "verify-ca" : tlsMode,
        authorityFile: parameters.get("sslrootcert"),
        certificateFile,
        keyFile,
      },
      applicationName: parameters.get("application_name") ?? "briksync-server",
    },
  };
}
