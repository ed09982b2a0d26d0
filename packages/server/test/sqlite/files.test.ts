import { copyFileSync, mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parseConfig } from "../../src/config/config.ts";
import { loadServerSecrets } from "../../src/config/server-secrets.ts";
import { useTestServer } from "../support/lifetimes.ts";
import { createSignedIn } from "../support/people.ts";

describe("files of the server", () => {
  it("S-10 the database and its companion files are readable only by their owner", async () => {
    const server = await useTestServer();
    await createSignedIn(server);
    for (const suffix of ["", "-wal", "-shm", "-uses", "-uses-wal", "-uses-shm"]) {
      expect(statSync(`${server.database.path}${suffix}`).mode & 0o077, suffix).toBe(0);
    }
  });
});

describe("a database without its secrets file", () => {
  it("S-10 is not served, and no new secrets file is created", async () => {
    const server = await useTestServer();
    const directory = mkdtempSync(join(tmpdir(), "briksync-lost-secrets-"));
    try {
      const path = join(directory, "briksync.db");
      copyFileSync(String(server.database.path), path);
      expect(() => loadServerSecrets(parseConfig({ DATABASE_URL: `sqlite:${path}` }))).toThrow(
        "is missing, but its database",
      );
      expect(readdirSync(directory)).toEqual(["briksync.db"]);
    } finally {
      rmSync(directory, { recursive: true });
    }
  });

  it("S-10 in a missing folder is refused with the command that creates the folder", () => {
    const load = () => loadServerSecrets(parseConfig({ DATABASE_URL: "sqlite:/no/such/folder/briksync.db" }));
    expect(load).toThrow("install -d -m 700 /no/such/folder");
  });
});
