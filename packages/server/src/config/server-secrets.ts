import { randomBytes } from "node:crypto";
import {
  closeSync,
  existsSync,
  fsyncSync,
  linkSync,
  openSync,
  readFileSync,
  statSync,
  unlinkSync,
  writeSync,
} from "node:fs";
import { dirname } from "node:path";
import type { SecretHasher } from "../domain/keys/secret-hash.ts";
import { giveToOwnerOf } from "../store/file-owner.ts";
import type { Store } from "../store/store.ts";
import { type Config, ConfigError, secretBytesMin } from "./config.ts";

/** The secrets of the server: the key that signs tokens, and the peppers of all digests, the current one first. */
export interface ServerSecrets {
  readonly jwtSecret: string;
  readonly peppers: readonly string[];
}

interface StoredSecrets {
  jwtSecret: string;
  keyPepper: string;
}

function generateSecrets(): StoredSecrets {
  return { jwtSecret: randomBytes(48).toString("base64url"), keyPepper: randomBytes(48).toString("base64url") };
}

function isSecret(value: unknown): value is string {
  return typeof value === "string" && Buffer.byteLength(value) >= secretBytesMin;
}

function parseStoredSecrets(path: string, text: string): StoredSecrets {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    value = undefined;
  }
  if (typeof value === "object" && value !== null && "jwtSecret" in value && "keyPepper" in value) {
    const { jwtSecret, keyPepper } = value;
    if (isSecret(jwtSecret) && isSecret(keyPepper)) return { jwtSecret, keyPepper };
  }
  throw new ConfigError([
    `The secrets file ${path} is damaged or not a briksync secrets file. The server did not change it. Restore it from a backup`,
  ]);
}

/**
 * Creates the file atomically and flushed to disk. If several processes start together, one creates the file and all
 * read it.
 */
function createSecretsFile(path: string): void {
  const temporary = `${path}.${randomBytes(6).toString("hex")}`;
  const file = openSync(temporary, "wx", 0o600);
  try {
    writeSync(file, `${JSON.stringify(generateSecrets(), null, 2)}\n`);
    // If root runs a command before the first start, the server's user must still be able to read the file.
    giveToOwnerOf(file, dirname(path));
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  try {
    linkSync(temporary, path);
    const directory = openSync(dirname(path), "r");
    fsyncSync(directory);
    closeSync(directory);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
  } finally {
    unlinkSync(temporary);
  }
}

function readIfThere(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return null;
    throw error;
  }
}

/**
 * Generates the secrets of a new database. For an existing database, a new file would be useless, because none of its
 * keys would work. The next backup would even overwrite the copy of the lost file.
 */
function createFor(databasePath: string, path: string): string {
  const folder = dirname(path);
  if (!existsSync(folder)) {
    throw new ConfigError([`DATABASE_URL: the folder ${folder} does not exist. Run: install -d -m 700 ${folder}`]);
  }
  const isNew = (statSync(databasePath, { throwIfNoEntry: false })?.size ?? 0) === 0;
  if (isNew) createSecretsFile(path);
  const text = readIfThere(path);
  if (text !== null) return text;
  throw new ConfigError([
    `The secrets file ${path} is missing, but its database exists. Restore the file from a backup, or set BRIKSYNC_JWT_SECRET and BRIKSYNC_KEY_PEPPER`,
  ]);
}

/** Returns the path of the generated secrets of an SQLite database. */
export function secretsFilePath(databasePath: string): string {
  return `${databasePath}.secrets.json`;
}

/**
 * Returns the configured secrets. Missing ones are generated once and stored in a 0600 file next to the SQLite
 * database.
 * @throws {ConfigError} if that file is damaged, readable by others, or missing next to an existing database. Errors of
 * the file system are not wrapped.
 */
export function loadServerSecrets(config: Config): ServerSecrets {
  const { jwtSecret, peppers, database } = config;
  if (jwtSecret !== undefined && peppers !== undefined) return { jwtSecret, peppers };
  if (database.engine !== "sqlite")
    throw new ConfigError(["BRIKSYNC_JWT_SECRET and BRIKSYNC_KEY_PEPPER: are required"]);
  let stored: StoredSecrets;
  if (database.path === ":memory:") {
    stored = generateSecrets();
  } else {
    const path = secretsFilePath(database.path);
    const text = readIfThere(path) ?? createFor(database.path, path);
    if ((statSync(path).mode & 0o077) !== 0) {
      throw new ConfigError([`Other users can read the secrets file ${path}. Run: chmod 600 ${path}`]);
    }
    stored = parseStoredSecrets(path, text);
  }
  return { jwtSecret: jwtSecret ?? stored.jwtSecret, peppers: peppers ?? [stored.keyPepper] };
}

/**
 * Throws if a pepper of stored secrets is not configured. Otherwise, the server would refuse their keys and automation
 * tokens without an explanation.
 * @throws {ConfigError}
 */
export async function requireKnownPeppers(
  store: Pick<Store, "secrets">,
  secretHasher: SecretHasher,
  what: "this database" | "the export" = "this database",
): Promise<void> {
  const known = new Set(secretHasher.all.map((pepper) => pepper.version));
  const missing = (await store.secrets.countByPepper(new Date().toISOString())).filter(
    ({ pepperVersion }) => !known.has(pepperVersion),
  );
  if (missing.length === 0) return;
  throw new ConfigError(
    missing.map(
      ({ pepperVersion, secrets }) =>
        `BRIKSYNC_KEY_PEPPER: the pepper ${pepperVersion} is missing. It is required for ${secrets} of the secrets in ${what}. ${what === "the export" ? "Copy the secrets file of the exported database" : "Restore the secrets file next to the database"}, or add that pepper after the current one`,
    ),
  );
}
