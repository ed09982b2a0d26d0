import { mkdtempSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import Database from "better-sqlite3";
import { afterAll, beforeAll } from "vitest";
import type { Admin } from "./admin.ts";
import { useAdmin, useServer } from "./lifetimes.ts";
import type { TestServer } from "./server-process.ts";

/** A server with its database, and an admin whose keys differ in every column of the list. */
export interface ListedKeys {
  readonly server: TestServer;
  readonly admin: Admin;
  /** Changes the database of the server. */
  changeDatabase(work: (database: Database.Database) => void): void;
}

function daysAgo(days: number): string {
  return new Date(Date.now() - days * 86_400_000).toISOString();
}

/** Starts the server for all tests of a file, with four active keys and a revoked one. */
export function useListedKeys(): ListedKeys {
  const databasePath = join(mkdtempSync(join(tmpdir(), "briksync-list-")), "test.db");
  const server = useServer({ DATABASE_URL: `sqlite:${databasePath}` });
  const admin = useAdmin(server);

  function changeDatabase(work: (database: Database.Database) => void): void {
    const database = new Database(databasePath);
    database.pragma("busy_timeout = 5000");
    work(database);
    database.close();
  }

  beforeAll(async () => {
    const used = await admin.createKey("Used today");
    await admin.createKey("Restricted", "203.0.113.0/24", "2001:db8::/32");
    await admin.createKey("Idle");
    const rotated = await admin.createKey("Rotated");
    const gone = await admin.createKey("Gone");
    await admin.run(["keys", "revoke", "-y", gone.id]);
    changeDatabase((database) => {
      database.prepare("attach database ? as uses").run(`${databasePath}-uses`);
      const set = database.prepare("update api_keys set created_on = ?, rotated_on = ? where id = ?");
      const use = database.prepare(
        "insert into last_uses select place, unixepoch(?) * 1000, ? from live_secrets where key_id = ?",
      );
      set.run(daysAgo(400), null, used.id);
      use.run(daysAgo(0.2), "198.51.100.7", used.id);
      set.run(daysAgo(300), daysAgo(3), rotated.id);
      use.run(daysAgo(100), null, rotated.id);
    });
  });
  afterAll(() => rm(dirname(databasePath), { recursive: true, force: true }));
  return { server, admin, changeDatabase };
}
