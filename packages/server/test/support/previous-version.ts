import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import pg from "pg";
import { createTemporaryDirectory } from "./temporary-directory.ts";
import { createTestDatabase, type TestDatabase } from "./test-database.ts";

/** A secret, and the response of verify to it. */
export interface AcknowledgedSecret {
  readonly keyId: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly status: number;
  /** Null if verify refuses the secret. */
  readonly state: "current" | "pending" | "retiring" | null;
  /** The address of the call. */
  readonly address?: string;
  /** Whether the secret is accepted permanently although it was staged with a deadline. */
  readonly isWithoutDeadline?: boolean;
}

/** A call with an Idempotency-Key, and the response to its repetition. */
export interface AcknowledgedCall {
  readonly email: string;
  readonly path: string;
  readonly idempotencyKey: string;
  readonly json: object;
  readonly status: number;
  /** The whole body, or null for an error. */
  readonly text: string | null;
}

interface Tokens {
  readonly accessToken: string;
  readonly refreshToken: string;
}

/** Responses of a server version while it wrote a database. */
export interface Acknowledged {
  readonly writtenOn: string;
  readonly webhookSecret: string;
  readonly users: readonly {
    readonly login: string;
    readonly email: string;
    readonly password: string;
    readonly user: object;
    readonly memberships: readonly object[];
  }[];
  readonly companies: readonly {
    readonly id: string;
    readonly name: string;
    readonly plan: string;
    /** A user who may list everything below. The password is that of the users. */
    readonly email: string;
    readonly keys: readonly { readonly id: string }[];
    readonly rotations: Readonly<Record<string, readonly object[]>>;
    readonly audit: readonly object[];
  }[];
  readonly secrets: readonly AcknowledgedSecret[];
  /** An unused pending secret, which ends at its deadline. */
  readonly unusedPending: {
    readonly keyId: string;
    readonly clientSecret: string;
    readonly rotationId: string;
    readonly expiresOn: string;
  };
  /** A rotation that can be finished. */
  readonly unfinished: { readonly keyId: string; readonly clientSecret: string; readonly rotationId: string };
  readonly calls: readonly AcknowledgedCall[];
  readonly sessions: {
    readonly live: Tokens;
    readonly switched: Tokens & { readonly companyId: string };
    /** The session that changed its user's password. */
    readonly kept: Tokens;
    /** A refresh token that was exchanged, as was its successor, and the session's access token. */
    readonly reused: Tokens;
    readonly ended: readonly Tokens[];
  };
}

/** A copy of the database that a server version wrote, and the responses of that version. */
export interface PreviousVersion {
  readonly database: TestDatabase;
  readonly secrets: { readonly jwtSecret: string; readonly keyPepper: string };
  readonly acknowledged: Acknowledged;
  /** A file with the output of `audit anchor`. */
  readonly anchorPath: string;
  remove(): Promise<void>;
}

/**
 * Creates such a copy on the engine under test. `version` is the name of a folder in `fixtures`. The caller removes it.
 */
export async function openPreviousVersion(version: string): Promise<PreviousVersion> {
  const database = await createTestDatabase({ bare: true });
  const read = (name: string): Buffer =>
    readFileSync(join(import.meta.dirname, "../fixtures", version, database.engine, name));
  const { anchor, ...acknowledged } = JSON.parse(read("acknowledged.json").toString());
  if (database.path === null) {
    const client = new pg.Client({ connectionString: database.env["DATABASE_URL"] });
    await client.connect();
    await client.query(read("dump.sql").toString());
    await client.end();
  } else {
    writeFileSync(database.path, gunzipSync(read("database.gz")), { mode: 0o600 });
    writeFileSync(`${database.path}-uses`, gunzipSync(read("uses.gz")), { mode: 0o600 });
    writeFileSync(`${database.path}.secrets.json`, read("secrets.json"), { mode: 0o600 });
  }
  const directory = createTemporaryDirectory();
  const anchorPath = join(directory.path, "anchor.json");
  writeFileSync(anchorPath, JSON.stringify(anchor));
  return {
    database,
    secrets: JSON.parse(read("secrets.json").toString()),
    acknowledged,
    anchorPath,
    remove: async () => {
      directory.remove();
      await database.remove();
    },
  };
}
