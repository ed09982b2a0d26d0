import { mkdir, mkdtemp, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { createAdmin, type PrintedKey, presentSecret } from "../support/admin.ts";
import { createCliHome } from "../support/cli-process.ts";
import { useAdmin, useServer, useTerminal } from "../support/lifetimes.ts";
import type { PtySession } from "../support/pty.ts";
import { makeSessionInfo, type StubServer, sendJson, startStubServer } from "../support/stub-server.ts";

const server = useServer();
const admin = useAdmin(server);

function openTerminal(args: readonly string[], env = admin.env): PtySession {
  return useTerminal(args, { env, columns: 200 });
}

const readCidrs = async ({ id }: PrintedKey): Promise<string[]> =>
  (await admin.fetchJson<{ cidr: string }[]>(`/keys/${id}/ip-allowlist`)).map(({ cidr }) => cidr);

describe("C-05 --no-input", () => {
  it("does not confirm revoking, rotating or excluding oneself, with or without a terminal", async () => {
    const key = await admin.createKey("Asked");
    const other = await admin.createKey("Asked too");
    for (const args of [
      ["keys", "revoke", key.id],
      ["keys", "revoke", key.id, other.id],
      ["keys", "rotate", key.id],
      ["keys", "rotate", key.id, "--grace", "1h"],
      ["keys", "rotate", key.id, other.id, "--to", "exec:cat > /dev/null"],
      ["keys", "allow-ip", key.id, "203.0.113.0/24"],
    ]) {
      const without = await admin.run([...args, "--no-input"]);
      expect({ args, exitCode: without.exitCode }).toEqual({ args, exitCode: 2 });
      expect(without.stderr).toContain("--yes");
      const terminal = openTerminal([...args, "--no-input"]);
      expect({ args, exitCode: (await terminal.waitForExit()).exitCode }).toEqual({ args, exitCode: 2 });
      expect(terminal.text).toContain("Confirmation required");
    }
    for (const { clientSecret } of [key, other]) expect(await presentSecret(server, clientSecret)).toBe(200);
    expect(await readCidrs(key)).toEqual([]);
  });
});

describe("each confirmation", () => {
  it("names the company, the server and the profile", async () => {
    const key = await admin.createKey("Placed");
    await admin.run(["keys", "rotate", key.id, "--staged", "--yes"]);
    for (const [args, question] of [
      [["keys", "rotate", key.id], 'Rotate "Placed" now?'],
      [["keys", "rotate", key.id, "--finish"], 'Finish the rotation of "Placed" now?'],
      [["keys", "revoke", key.id], "To confirm, type"],
      [["keys", "allow-ip", key.id, "203.0.113.0/24"], "Save the list?"],
    ] as const) {
      const terminal = openTerminal(args);
      await terminal.waitFor(/Company {2}\S.*\n/);
      await terminal.waitFor(`Server   ${server.url}\n`);
      await terminal.waitFor("Profile  default\n");
      await terminal.waitFor(question);
      terminal.enter("n");
      expect((await terminal.waitForExit()).exitCode).toBe(130);
    }
  });
});

describe("keys revoke", () => {
  it("C-05 accepts no part of the name, no other letter case and no longer text", async () => {
    const key = await admin.createKey("CRM Integration");
    for (const typed of [
      "CRM",
      "CRM Integratio",
      "crm integration",
      "CRM Integration 2",
      "Integration",
      key.clientId.slice(0, 20),
    ]) {
      const terminal = openTerminal(["keys", "revoke", key.id]);
      await terminal.waitFor("To confirm, type");
      terminal.enter(typed);
      await terminal.waitFor("Nothing was changed.");
      expect({ typed, exitCode: (await terminal.waitForExit()).exitCode }).toEqual({ typed, exitCode: 130 });
    }
    expect(await presentSecret(server, key.clientSecret)).toBe(200);
  });
});

describe("keys allow-ip", () => {
  it("C-05 asks before it excludes the caller, even with --quiet, and says why", async () => {
    const key = await admin.createKey("Quiet");
    const args = ["keys", "allow-ip", key.id, "203.0.113.0/24", "-q"];
    const without = await admin.run(args);
    expect(without).toMatchObject({ exitCode: 2, stdout: "" });
    expect(without.stderr).toContain("excludes your own address");
    const terminal = openTerminal(args);
    await terminal.waitFor("excludes your own address, 127.0.0.1");
    await terminal.waitFor("Save the list?");
    terminal.enter("n");
    expect((await terminal.waitForExit()).exitCode).toBe(130);
    expect(await readCidrs(key)).toEqual([]);
    expect(await presentSecret(server, key.clientSecret)).toBe(200);
  });

  it("C-05 asks if the server cannot determine the caller's address, and --yes confirms", async () => {
    const key = {
      id: "k1",
      name: "CRM",
      clientId: "api_1",
      status: "active",
      lastUsedAt: null,
      createdOn: "2026-01-15T08:00:00.000Z",
    };
    const entries: { readonly id: string; readonly cidr: string }[] = [];
    const blind: StubServer = await startStubServer((request, response) => {
      const path = request.url ?? "";
      if (request.method === "POST") {
        entries.push({ id: "e1", cidr: "203.0.113.0/24" });
        return sendJson(response, 201, { ...entries[0], note: null, createdOn: key.createdOn, expiresAt: null });
      }
      if (path.endsWith("/me")) return sendJson(response, 200, makeSessionInfo({ ip: null }));
      if (path.endsWith("/ip-allowlist")) {
        const list = entries.map((entry) => ({ ...entry, note: null, createdOn: key.createdOn, expiresAt: null }));
        return sendJson(response, 200, list);
      }
      return sendJson(response, 200, path.includes("/keys/") ? key : [key]);
    });
    const home = await createCliHome({ BRIKSYNC_SERVER: blind.url, BRIKSYNC_TOKEN: "t" });
    try {
      const args = ["keys", "allow-ip", "CRM", "203.0.113.0/24"];
      const without = await home.run(args);
      expect(without).toMatchObject({ exitCode: 2, stdout: "" });
      expect(without.stderr).toContain("The server cannot determine your IP address, so this list may exclude it.");
      const terminal = openTerminal(args, { ...home.env });
      await terminal.waitFor("The server cannot determine your IP address, so this list may exclude it.");
      await terminal.waitFor("Save the list?");
      terminal.enter("n");
      expect((await terminal.waitForExit()).exitCode).toBe(130);
      expect(blind.requests.filter(({ method }) => method !== "GET")).toEqual([]);
      expect(await home.run([...args, "--yes"])).toMatchObject({ exitCode: 0 });
      expect(entries).toHaveLength(1);
    } finally {
      await blind.stop();
      await home.remove();
    }
  });
});

describe("keys rotate --older-than", () => {
  it("C-09 checks the destinations of all keys before it rotates the first", async () => {
    const company = await createAdmin(server, { company: "Older Ltd" });
    try {
      const keys = [await company.createKey("First"), await company.createKey("Second")];
      await new Promise((resolve) => setTimeout(resolve, 1100));
      // Whatever the order of the keys, the one without a directory comes last in one of the two runs.
      for (const { clientId } of keys) {
        const cwd = await mkdtemp(join(company.directory, "older-"));
        await mkdir(join(cwd, clientId));
        const args = ["keys", "rotate", "--older-than", "1s", "--to", "file:{clientId}/secret", "--yes"];
        const { exitCode, stderr } = await company.run(args, { cwd });
        expect(exitCode).toBe(1);
        expect(stderr).toContain("Nothing was changed");
        await expect(readFile(join(cwd, clientId, "secret"))).rejects.toThrow("ENOENT");
        await rm(cwd, { recursive: true });
      }
      for (const { id, clientSecret } of keys) {
        expect(await presentSecret(server, clientSecret)).toBe(200);
        expect(await company.fetchJson(`/keys/${id}`)).toMatchObject({ rotation: null, rotatedOn: null });
      }
    } finally {
      await company.remove();
    }
  });
});

describe("an error of the server", () => {
  it("exits with 8 for INTERNAL, also if the command changes something", async () => {
    const broken = await startStubServer((_, response) =>
      sendJson(response, 500, {
        error: { code: 500, message: "An error occurred", type: "INTERNAL", requestId: "r-1" },
      }),
    );
    const home = await createCliHome({ BRIKSYNC_SERVER: broken.url, BRIKSYNC_TOKEN: "t" });
    try {
      for (const args of [
        ["keys", "list"],
        ["keys", "revoke", "CRM", "--yes"],
      ]) {
        const { exitCode, stderr } = await home.run([...args, "-o", "json", "--timeout", "3"]);
        expect({ args, exitCode }).toEqual({ args, exitCode: 8 });
        expect(JSON.parse(stderr).error).toMatchObject({
          type: "INTERNAL",
          status: 500,
          exitCode: 8,
        });
      }
    } finally {
      await broken.stop();
      await home.remove();
    }
  });
});
