import { type Cidr, parseCidr } from "../domain/network/cidr.ts";
import type { DatabaseLocation } from "../store/open-store.ts";
import { readCallSecret, readOidcIssuers, readOrigin, readStripe, readSupabase } from "./integrations.ts";
import { parsePostgresUrl } from "./postgres-url.ts";

/** The validated configuration. Secrets are undefined if they are to be generated. */
export type Config = Readonly<ReturnType<typeof parseConfig>>;

/**
 * Contains all problems of a configuration, each with its variable. The process exits with code 78 (EX_CONFIG,
 * sysexits.h).
 */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(`The configuration is not valid:\n${problems.map((problem) => `  ${problem}`).join("\n")}`);
    this.problems = problems;
  }
}

/** Environment variables of the process. */
export type Environment = Readonly<Record<string, string | undefined>>;

const logLevels = ["fatal", "error", "warn", "info", "debug", "trace", "silent"];
/** Minimum length of secrets, in bytes of UTF-8 (contract, section 5). */
export const secretBytesMin = 32;

class Reader {
  readonly problems: string[] = [];
  readonly #env: Environment;

  constructor(env: Environment) {
    this.#env = env;
  }

  /** Returns the text of a variable. An empty variable counts as unset, as in most shells. */
  text(name: string): string | undefined {
    const value = this.#env[name];
    return value === undefined || value === "" ? undefined : value;
  }

  list(name: string): string[] {
    return (this.text(name) ?? "")
      .split(",")
      .map((part) => part.trim())
      .filter((part) => part !== "");
  }

  integer(name: string, fallback: number, min: number, max: number): number {
    const value = this.text(name);
    if (value === undefined) return fallback;
    const number = /^\d{1,15}$/.test(value) ? Number(value) : Number.NaN;
    if (number >= min && number <= max) return number;
    this.problems.push(`${name}: expected a whole number from ${min} to ${max}, got ${JSON.stringify(value)}`);
    return fallback;
  }

  secret(name: string, value: string | undefined): string | undefined {
    if (value !== undefined && Buffer.byteLength(value) < secretBytesMin) {
      this.problems.push(`${name}: needs at least ${secretBytesMin} bytes, has ${Buffer.byteLength(value)}`);
    }
    return value;
  }
}

function readDatabase(reader: Reader): DatabaseLocation {
  const poolSize = reader.integer("DATABASE_POOL_SIZE", 12, 7, 1_000);
  const url = reader.text("DATABASE_URL") ?? "sqlite:briksync.db";
  if (url.startsWith("sqlite:") && url.length > "sqlite:".length) {
    return { engine: "sqlite", path: url.slice("sqlite:".length) };
  }
  if (!/^postgres(ql)?:/.test(url)) {
    reader.problems.push(
      "DATABASE_URL: expected sqlite:<path>, sqlite::memory: or postgres://<user>@<host>/<database>",
    );
  } else {
    const parsed = parsePostgresUrl(url);
    if (parsed.ok) return { ...parsed.location, poolSize };
    for (const problem of parsed.problems) reader.problems.push(`DATABASE_URL: ${problem}`);
  }
  return { engine: "sqlite", path: ":memory:" };
}

function readTrustedProxies(reader: Reader): Cidr[] {
  const proxies: Cidr[] = [];
  for (const text of reader.list("TRUSTED_PROXIES")) {
    const parsed = parseCidr(text);
    if (parsed.ok) proxies.push(parsed.cidr);
    else if (/\/0+$/.test(text)) {
      reader.problems.push(
        `TRUSTED_PROXIES: ${JSON.stringify(text)} trusts every client, so any client could forge its IP address. List only your own proxies.`,
      );
    } else reader.problems.push(`TRUSTED_PROXIES: ${parsed.message}`);
  }
  return proxies;
}

function readCorsOrigins(reader: Reader): string[] {
  const origins = reader.list("CORS_ORIGINS");
  for (const origin of origins) {
    const url = URL.canParse(origin) ? new URL(origin) : undefined;
    if (url === undefined || url.origin !== origin) {
      reader.problems.push(
        `CORS_ORIGINS: ${JSON.stringify(origin)} is not an origin such as https://app.example.com (without a path, trailing slash or wildcard)`,
      );
    }
  }
  return origins;
}

/**
 * Reads the configuration from the environment.
 * @throws {ConfigError} with all invalid variables.
 */
export function parseConfig(env: Environment) {
  const reader = new Reader(env);
  const jwtSecret = reader.secret("BRIKSYNC_JWT_SECRET", reader.text("BRIKSYNC_JWT_SECRET"));
  const peppers = reader.list("BRIKSYNC_KEY_PEPPER");
  for (const pepper of peppers) reader.secret("BRIKSYNC_KEY_PEPPER", pepper);
  if (new Set(peppers).size < peppers.length)
    reader.problems.push("BRIKSYNC_KEY_PEPPER: contains the same pepper twice");
  const database = readDatabase(reader);
  if (database.engine === "postgres") {
    // With PostgreSQL, there is no place for a generated file, and all nodes need the same secrets.
    if (jwtSecret === undefined) reader.problems.push("BRIKSYNC_JWT_SECRET: is required with PostgreSQL");
    if (peppers.length === 0) reader.problems.push("BRIKSYNC_KEY_PEPPER: is required with PostgreSQL");
  }
  const logLevel = reader.text("LOG_LEVEL") ?? "info";
  if (!logLevels.includes(logLevel)) {
    reader.problems.push(`LOG_LEVEL: expected one of ${logLevels.join(", ")}, got ${JSON.stringify(logLevel)}`);
  }
  const config = {
    port: reader.integer("PORT", 4870, 0, 65_535),
    host: reader.text("HOST") ?? "127.0.0.1",
    database,
    jwtSecret,
    peppers: peppers.length === 0 ? undefined : peppers,
    accessTokenTtlSeconds: reader.integer("ACCESS_TOKEN_TTL", 900, 1, 86_400),
    refreshTokenTtlSeconds: reader.integer("REFRESH_TOKEN_TTL", 2_592_000, 1, 31_536_000),
    trustedProxies: readTrustedProxies(reader),
    passwordMinLength: reader.integer("PASSWORD_MIN_LENGTH", 15, 8, 128),
    rateLimitPerMinute: reader.integer("RATE_LIMIT_PER_MINUTE", 600, 1, 1_000_000_000),
    rateLimitBurst: reader.integer("RATE_LIMIT_BURST", 120, 1, 1_000_000_000),
    // Rate limits of management calls per session.
    managementLimitPerMinute: reader.integer("MANAGEMENT_RATE_LIMIT_PER_MINUTE", 600, 1, 100_000_000),
    managementLimitBurst: reader.integer("MANAGEMENT_RATE_LIMIT_BURST", 600, 1, 100_000_000),
    rotationLeaseSeconds: reader.integer("ROTATION_LEASE_SECONDS", 120, 1, 3_600),
    corsOrigins: readCorsOrigins(reader),
    supabase: readSupabase(reader),
    stripe: readStripe(reader),
    // Secret of the operator's scheduler for `/api/cron`.
    cronSecret: readCallSecret(reader, "CRON_SECRET"),
    // Public origin of this server. Undefined if it follows from the listening address.
    publicUrl: readOrigin(reader, "PUBLIC_URL"),
    // Additional issuers of workload tokens. They may be in the server's own network.
    oidcIssuers: readOidcIssuers(reader),
    logLevel,
  };
  if (reader.problems.length > 0) throw new ConfigError(reader.problems);
  return config;
}
