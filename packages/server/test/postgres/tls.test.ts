import { execFileSync } from "node:child_process";
import { copyFileSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { type PostgresServer, startPostgres } from "../../../../tools/postgres/start-postgres.ts";
import { parseConfig } from "../../src/config/config.ts";
import { openStore } from "../../src/store/open-store.ts";
import { PostgresPool } from "../../src/store/postgres/pool.ts";
import { StoreUnavailableError } from "../../src/store/store.ts";
import { postgresSecrets } from "../support/postgres-secrets.ts";
import { createTemporaryDirectory } from "../support/temporary-directory.ts";

describe("TLS to the database", () => {
  const directory = createTemporaryDirectory();
  const at = (name: string): string => join(directory.path, name);
  let postgres: PostgresServer;

  function openssl(...args: string[]): void {
    execFileSync("openssl", args, { cwd: directory.path, stdio: "pipe" });
  }

  /** Creates a certificate authority, and a certificate that it signs. */
  function certify(authority: string, name: string, subject: string, alternatives: string): void {
    const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
    openssl(
      "req",
      ...key,
      "-keyout",
      `${name}.key`,
      "-out",
      `${name}.csr`,
      "-subj",
      `/CN=${subject}`,
      "-addext",
      `subjectAltName=${alternatives}`,
    );
    const by = ["-CA", `${authority}.crt`, "-CAkey", `${authority}.key`, "-CAcreateserial"];
    openssl(
      "x509",
      "-req",
      "-in",
      `${name}.csr`,
      ...by,
      "-out",
      `${name}.crt`,
      "-days",
      "2",
      "-copy_extensions",
      "copy",
    );
  }

  beforeAll(async () => {
    for (const authority of ["ours", "foreign"]) {
      const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
      openssl(
        "req",
        "-x509",
        ...key,
        "-keyout",
        `${authority}.key`,
        "-out",
        `${authority}.crt`,
        "-days",
        "2",
        "-subj",
        `/CN=${authority}`,
      );
    }
    certify("ours", "server", "localhost", "DNS:localhost");
    const read = (name: string): string => readFileSync(at(name), "utf8");
    postgres = await startPostgres({
      files: { "server.crt": read("server.crt"), "server.key": read("server.key"), "ours.crt": read("ours.crt") },
      parameters: {
        ssl: "on",
        ssl_cert_file: "../server.crt",
        ssl_key_file: "../server.key",
        ssl_ca_file: "../ours.crt",
      },
    });
  });
  afterAll(async () => {
    await postgres.remove();
    directory.remove();
  });

  /** Connects. Returns whether the connection is encrypted, or the text of the error. */
  async function connect(host: string, parameters: string): Promise<string> {
    const url = `${postgres.urlOf("postgres").replace("127.0.0.1", host)}?${parameters}`;
    try {
      const store = await openStore(parseConfig({ DATABASE_URL: url, ...postgresSecrets }).database);
      await store.ping();
      await store.close();
      return "connected";
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  }

  it("S-52 accepts a server whose name is certified by the configured authority", async () => {
    expect(await connect("localhost", `sslmode=verify-full&sslrootcert=${at("ours.crt")}`)).toBe("connected");
  });

  it("S-52 refuses another name, another authority, and the system's authorities for a private server", async () => {
    const wrongName = await connect("127.0.0.1", `sslmode=verify-full&sslrootcert=${at("ours.crt")}`);
    expect(wrongName).toMatch(/cannot be reached|Cannot connect/);
    expect(wrongName).toContain("altnames");
    expect(await connect("localhost", `sslmode=verify-full&sslrootcert=${at("foreign.crt")}`)).toContain("certificate");
    expect(await connect("localhost", "sslmode=verify-full")).toContain("certificate");
    expect(await connect("localhost", `sslmode=verify-full&sslrootcert=${at("nowhere.crt")}`)).toContain("nowhere.crt");
  });

  it("S-52 verify-ca checks only the authority, and require checks nothing unless an authority is set", async () => {
    expect(await connect("127.0.0.1", `sslmode=verify-ca&sslrootcert=${at("ours.crt")}`)).toBe("connected");
    expect(await connect("127.0.0.1", `sslmode=verify-ca&sslrootcert=${at("foreign.crt")}`)).toContain("certificate");
    expect(await connect("127.0.0.1", "sslmode=require")).toBe("connected");
    expect(await connect("127.0.0.1", `sslmode=require&sslrootcert=${at("foreign.crt")}`)).toContain("certificate");
  });

  it("S-52 each new connection reads the current certificate files", async () => {
    const show = (name: string): void => {
      for (const kind of ["crt", "key"]) copyFileSync(at(`${name}.${kind}`), at(`node.${kind}`));
    };
    for (const name of ["old", "new"]) certify("ours", name, `${name} node`, "DNS:node");
    show("old");
    const parameters = `sslmode=verify-full&sslrootcert=${at("ours.crt")}&sslcert=${at("node.crt")}&sslkey=${at("node.key")}`;
    const url = `${postgres.urlOf("postgres").replace("127.0.0.1", "localhost")}?${parameters}`;
    const { database } = parseConfig({ DATABASE_URL: url, ...postgresSecrets });
    if (database.engine !== "postgres") throw new Error("This is about PostgreSQL");
    const pool = new PostgresPool(database, { size: 1, waitMs: 3_000, waitingMax: 10 }, () => undefined);
    onTestFinished(() => pool.close());
    const text = "select client_dn as shown from pg_stat_ssl where pid = pg_backend_pid()";
    const askOnNewConnection = async (): Promise<unknown[]> => {
      const client = await pool.take();
      const { rows } = await client.query(text);
      client.release(true);
      return rows;
    };
    expect(await askOnNewConnection()).toEqual([{ shown: "/CN=old node" }]);
    show("new");
    expect(await askOnNewConnection()).toEqual([{ shown: "/CN=new node" }]);
    // This is the state while the file is being replaced. More calls wait than there are connections.
    rmSync(at("node.crt"));
    const refused = await Promise.allSettled([pool.take(), pool.take(), pool.take(), pool.ask({ text })]);
    for (const outcome of refused) {
      expect(outcome).toMatchObject({ status: "rejected", reason: expect.any(StoreUnavailableError) });
    }
    show("new");
    expect(await askOnNewConnection()).toEqual([{ shown: "/CN=new node" }]);
  });

  it("S-52 encrypts connections that must be encrypted", async () => {
    const url = `${postgres.urlOf("postgres")}?sslmode=require`;
    const store = await openStore(parseConfig({ DATABASE_URL: url, ...postgresSecrets }).database);
    const pg = await import("pg");
    const client = new pg.default.Client({ connectionString: postgres.urlOf("postgres") });
    await client.connect();
    const { rows } = await client.query(
      "select bool_and(ssl) as all, count(*) > 0 as some from pg_stat_ssl join pg_stat_activity using (pid) where application_name = 'briksync-server'",
    );
    await client.end();
    await store.close();
    expect(rows).toEqual([{ all: true, some: true }]);
  });
});
