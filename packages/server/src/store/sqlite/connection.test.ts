import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import Database from "better-sqlite3";
import { describe, expect, it, onTestFinished } from "vitest";
import { openConnection } from "./connection.ts";

const processes = 4;
const files = 300;

function makeDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), "briksync-wal-"));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  return directory;
}

/** Opens new files one after another at given times, so that several processes open each file at the same time. */
async function openFiles(directory: string, startMs: number): Promise<void> {
  const script = `
    const { openConnection } = await import(${JSON.stringify(import.meta.resolve("./connection.ts"))});
    const { attachLastUsedFile } = await import(${JSON.stringify(import.meta.resolve("./last-used-file.ts"))});
    for (let i = 0; i < ${files}; i++) {
      while (Date.now() < ${startMs} + i * 8);
      const connection = openConnection(${JSON.stringify(directory)} + "/" + i + ".db");
      attachLastUsedFile(connection);
      connection.close();
    }`;
  await promisify(execFile)(process.execPath, ["--input-type=module", "-e", script]);
}

describe("S-53 a new file", () => {
  it("can be opened by several processes at the same time", async () => {
    const directory = makeDirectory();
    const startMs = Date.now() + 1000;
    await Promise.all(Array.from({ length: processes }, () => openFiles(directory, startMs)));
    const connection = new Database(join(directory, `${files - 1}.db`));
    expect(connection.pragma("journal_mode", { simple: true })).toBe("wal");
    connection.close();
  });

  it("is reported by its path if another connection locks it", () => {
    const path = join(makeDirectory(), "briksync.db");
    const reader = new Database(path);
    reader.exec("create table held (id integer); begin");
    reader.prepare("select * from held").all();
    expect(() => openConnection(path)).toThrow(`${path}: database is locked`);
    expect(reader.pragma("journal_mode", { simple: true })).toBe("delete");
    reader.close();
  });
});
