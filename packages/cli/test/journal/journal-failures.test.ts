import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { presentSecret } from "../support/admin.ts";
import { createCliHome } from "../support/cli-process.ts";
import { useJournal } from "../support/journal.ts";
import { useAdmin, useKey, useServer } from "../support/lifetimes.ts";
import { runShell } from "../support/shell.ts";
import { sendJson, startStubServer } from "../support/stub-server.ts";

const server = useServer();
const admin = useAdmin(server);
const { relay, listEntries, run, killAfterCommit } = useJournal(server, admin);
const key = useKey(admin);

const rotate = (...more: string[]): readonly string[] => ["keys", "rotate", key.id, "--yes", "--secret-only", ...more];

describe("without a writable directory", () => {
  it.skipIf(process.platform !== "linux")("rotates anyway, and prints the consequence", async () => {
    // Not even root can create a directory there.
    const env = { BRIKSYNC_CONFIG_DIR: "/sys/briksync" };
    const rotated = await run(rotate(), { env });
    expect(rotated.exitCode).toBe(0);
    expect(rotated.stderr).toMatch(
      /^! \/sys\/briksync\/journal cannot be written \((permission denied|the file system is read-only)\)\. If this run is interrupted, the new secret is lost\.\n/,
    );
    expect(await presentSecret(server, rotated.stdout.trim())).toBe(200);
    expect(await run([...rotate(), "-q"], { env })).toMatchObject({ exitCode: 0, stderr: "" });
    relay.handling = "drop";
    const lost = await run(rotate("--timeout", "1"), { env });
    expect(lost.stderr).toContain(
      "hint: If the server rotated the key, the old secret no longer works and the new one was lost",
    );
  });
});

describe("a server that does not keep responses", () => {
  it("rotates again, and says so", async () => {
    let secrets = 0;
    let isLost = true;
    const listed = {
      id: "k1",
      name: "CRM",
      clientId: "api_1",
      status: "active",
      lastUsedAt: null,
      createdOn: "2026-01-01T00:00:00.000Z",
    };
    const stub = await startStubServer((request, response) => {
      if (request.method === "GET") return sendJson(response, 200, [listed]);
      secrets += 1;
      if (isLost) response.destroy();
      else sendJson(response, 200, { id: "k1", clientId: "api_1", clientSecret: `sec_${secrets}` });
    });
    const home = await createCliHome({ BRIKSYNC_SERVER: stub.url, BRIKSYNC_TOKEN: "t" });
    try {
      const lost = await home.run(["keys", "rotate", "CRM", "--yes"]);
      expect(lost.stderr).toContain(
        "Some servers do not support recovery. If the server rotated the key, the old secret no longer works",
      );
      isLost = false;
      const again = await home.run(["keys", "rotate", "CRM", "--yes", "--secret-only"]);
      expect(again).toMatchObject({
        exitCode: 0,
        stdout: "sec_2\n",
        stderr: '✓ Rotated "CRM". The old secret stopped working.\n',
      });
      const script = '{ briksync keys rotate CRM --yes --secret-only; echo "exit $?" >&2; } | true';
      const { stderr } = await runShell(script, { env: home.env, cwd: home.directory });
      expect(stderr).toContain("hint: To get a new secret, run: briksync keys rotate api_1\nexit 1");
    } finally {
      await stub.stop();
      await home.remove();
    }
  });
});

describe("C-10 a resumed call that the server rejects", () => {
  it.each([
    ["a rotation", () => rotate()],
    ["a rotation with a grace period", () => rotate("--grace", "1h")],
    ["a creation", () => ["keys", "create", `Refused for ${key.name}`, "--secret-only"]],
    ["a staged rotation", () => ["keys", "rotate", key.id, "--staged", "--secret-only"]],
    [
      "a rotation with a destination",
      () => ["keys", "rotate", key.id, "--to", `file:${admin.directory}/refused-${key.id}`],
    ],
  ])("keeps its journal entry, and the next run recovers the secret (%s)", async (_, makeArgs) => {
    const args = makeArgs();
    await killAfterCommit(args);
    const sent = relay.idempotencyKeys.at(-1);
    relay.handling = "refuse";
    const refused = await run(args);
    expect(refused).toMatchObject({ exitCode: 5, stdout: "" });
    expect(await listEntries()).toHaveLength(1);
    relay.handling = "pass";
    const again = await run(args);
    expect(again.exitCode).toBe(0);
    expect(relay.idempotencyKeys).toContain(sent);
    const path = join(admin.directory, `refused-${key.id}`);
    const secret = again.stdout.startsWith("sec_") ? again.stdout.trim() : await readFile(path, "utf8");
    expect(await presentSecret(server, secret)).toBe(200);
    expect(await listEntries()).toEqual([]);
  });
});
