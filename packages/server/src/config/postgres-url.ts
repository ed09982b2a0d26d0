import type { PostgresLocation, TlsMode } from "../store/postgres/location.ts";

/** A parsed `postgres://` URL, or its problems. Problems never contain the password. */
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

/** Returns whether a host is this machine (Unix socket or loopback), where no one can intercept traffic. */
function isLocal(host: string): boolean {
  return host.startsWith("/") || host === "localhost" || host === "::1" || /^127(?:\.\d{1,3}){3}$/.test(host);
}

/**
 * Parses a connection URL as libpq does (PostgreSQL, section 34.1.1.2), with its `sslmode` and certificate parameters.
 * There are two intended differences. Without `sslmode`, another machine must have a valid certificate (`verify-full`).
 * Modes that silently fall back to no encryption are refused.
 */
export function parsePostgresUrl(text: string): ParsedPostgresUrl {
  if (!URL.canParse(text))
    return { ok: false, problems: ["is not a URL such as postgres://user:password@host/database"] };
  const url = new URL(text);
  const problems: string[] = [];
  const parameters = new Map<string, string>();
  for (const [name, value] of url.searchParams) {
    if (!knownParameters.includes(name)) {
      problems.push(
        `has the unknown parameter ${JSON.stringify(name)}. Known parameters: ${knownParameters.join(", ")}`,
      );
    } else if (parameters.has(name)) problems.push(`contains the parameter ${name} twice`);
    else parameters.set(name, value);
  }
  const host = parameters.get("host") ?? decode(url.hostname)?.replace(/^\[|\]$/g, "") ?? "";
  const user = decode(url.username);
  const password = decode(url.password);
  const database = decode(url.pathname.slice(1));
  if (host === "") problems.push("has no host");
  else if (host.includes(",")) problems.push("has several hosts. Use one that resolves to the primary");
  if (user === null || password === null || database === null)
    problems.push("has a % that is not followed by two digits");
  else {
    if (user === "") problems.push("has no user");
    if (database === "" || database.includes("/")) problems.push("has no database");
  }
  if (url.hash !== "") problems.push("contains a #. Write %23 instead");
  const mode = parameters.get("sslmode") ?? (isLocal(host) ? "disable" : "verify-full");
  const tlsMode = tlsModes.find((candidate) => candidate === mode);
  if (tlsMode === undefined) {
    problems.push(`has sslmode=${JSON.stringify(mode)}. Expected one of ${tlsModes.join(", ")}`);
  } else if (tlsMode !== "disable" && host.startsWith("/"))
    problems.push("requires TLS, which a Unix socket does not support");
  const certificateFile = parameters.get("sslcert");
  const keyFile = parameters.get("sslkey");
  if ((certificateFile === undefined) !== (keyFile === undefined))
    problems.push("has only one of sslcert and sslkey. Set both");
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
        // As in libpq, a configured authority is always checked.
        mode: tlsMode === "require" && parameters.has("sslrootcert") ? "verify-ca" : tlsMode,
        authorityFile: parameters.get("sslrootcert"),
        certificateFile,
        keyFile,
      },
      applicationName: parameters.get("application_name") ?? "briksync-server",
    },
  };
}
