import { chmod, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { presentSecret } from "../support/admin.ts";
import { createCliHome, spawnCli, waitForEnd } from "../support/cli-process.ts";
import { useAdmin, useDirectory, useKey, useServer, useTerminal } from "../support/lifetimes.ts";
import { listSecrets, useRotation } from "../support/rotation.ts";
import { sendJson, startStubServer } from "../support/stub-server.ts";

const server = useServer({ ROTATION_LEASE_SECONDS: "2" });
const admin = useAdmin(server);
const key = useKey(admin);
const directory = useDirectory(admin);
const { rotate, listStates } = useRotation(admin, key, directory);

describe("keys rotate --to", () => {
  it("delivers a new secret to all destinations and verifies it before the old one ends", async () => {
    await directory.write(".env", "# ours\nOTHER=1\nAPI_KEY=\n");
    const sinks = ["--to", "file:secret", "--to", "env:.env#API_KEY", "--to", "exec:cat > by-command"];
    const { exitCode, stdout, stderr } = await rotate(...sinks);
    expect(exitCode, stderr).toBe(0);
    const secret = await directory.read("secret");
    expect(secret).toMatch(/^sec_[0-9a-f]{48}$/);
    expect(await directory.read("by-command")).toBe(secret);
    expect(await directory.read(".env")).toBe(`# ours\nOTHER=1\nAPI_KEY=${secret}\n`);
    expect((await stat(join(directory.path, "secret"))).mode & 0o777).toBe(0o600);
    expect(await presentSecret(server, secret)).toBe(200);
    expect(await presentSecret(server, key.clientSecret)).toBe(401);
    expect(stderr.split("\n").slice(0, -1)).toEqual([
      `✓ Created a new secret of "${key.name}". The old secret still works.`,
      "✓ Delivered to the file secret.",
      "✓ Delivered to the variable API_KEY in .env.",
      "✓ Delivered to the command cat ….",
      "✓ Verified: the server accepts the new secret.",
      `✓ Rotated "${key.name}". The old secret stopped working (never used).`,
    ]);
    expect(stdout).toMatch(/^State +finished$/m);
    expect(stdout + stderr).not.toContain(secret.slice(4));
  });

  it("C-05 prints everything except the secret for programs, and nothing to stderr", async () => {
    const { stdout, stderr, exitCode } = await rotate("--to", "file:secret", "--grace", "36h", "-o", "json");
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    const printed = JSON.parse(stdout);
    const [current, retiring] = await listSecrets(admin, key.id);
    expect(printed).toEqual({
      key: { id: key.id, name: key.name, clientId: key.clientId },
      rotationId: current?.id,
      state: "finished",
      sinks: ["file:secret"],
      verified: "server",
      finishedOn: expect.stringMatching(/^\d{4}-.*Z$/),
      graceSeconds: 129_600,
      endedRotations: [],
      endedSecrets: [],
    });
    expect(Date.parse(retiring?.expiresOn ?? "") - Date.parse(printed.finishedOn)).toBe(129_600_000);
    expect(await presentSecret(server, key.clientSecret)).toBe(200);
    const csv = await rotate("--to", "file:secret", "-o", "csv", "--wait", "10s");
    expect(csv.stdout.split("\n")[0]).toBe(
      "name,clientId,id,rotationId,state,sinks,verified,finishedOn,graceSeconds,endedRotations,endedSecrets",
    );
    expect(await rotate("--to", "file:secret", "-o", "ids")).toMatchObject({ stdout: `${key.id}\n` });
  });

  it("needs no consent, and is silent with --quiet", async () => {
    const { exitCode, stderr } = await rotate("--to", "file:secret", "-q", "--no-input");
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
  });

  it("reports the other rotations that it ended", async () => {
    await rotate("--staged", "-q");
    const [, pending] = await listSecrets(admin, key.id);
    const { stdout } = await rotate("--to", "file:secret", "-o", "json");
    expect(JSON.parse(stdout)).toMatchObject({ endedRotations: [pending?.id] });
  });

  it("replaces placeholders with the values of the key", async () => {
    const { exitCode } = await rotate("--to", "file:{clientId}.key", "--to", 'exec:cat > "$BRIKSYNC_KEY_ID"-{id}');
    expect(exitCode).toBe(0);
    expect(await directory.read(`${key.clientId}.key`)).toBe(await directory.read(`${key.id}-${key.id}`));
  });

  it("C-04 masks the new secret in CI before a destination receives it", async () => {
    const child = spawnCli(["keys", "rotate", key.id, "--to", "exec:cat > secret; sleep 1"], {
      env: { ...admin.env, GITHUB_ACTIONS: "true" },
      cwd: directory.path,
    });
    expect(await waitForEnd(child, 15_000)).toMatchObject({ exitCode: 0 });
    const secret = await directory.read("secret");
    const stderr = await child.texts.stderr;
    expect(stderr.indexOf(`::add-mask::${secret}`)).toBeGreaterThanOrEqual(0);
    expect(stderr.indexOf("Delivered")).toBeGreaterThan(stderr.indexOf("add-mask"));
    expect(stderr.split(secret)).toHaveLength(2);
  });
});

describe("a destination that cannot be used", () => {
  it("is reported before the rotation starts", async () => {
    const { exitCode, stderr } = await rotate("--to", "file:missing/secret", "--to", "file:secret");
    expect(exitCode).toBe(1);
    expect(stderr).toContain("Nothing was changed");
    expect(await listStates()).toEqual(["current"]);
    await expect(directory.read("secret")).rejects.toThrow("ENOENT");
  });

  it("fails in the end: both secrets work, the destinations are listed, and the same command resumes", async () => {
    await writeFile(join(directory.path, "deploy"), "#!/bin/sh\ncat > got\necho 'no route to host' >&2\nexit 7\n");
    await chmod(join(directory.path, "deploy"), 0o755);
    const args = ["--to", "file:secret", "--to", "exec:./deploy it's", "--to", "env:.env#KEY"];
    const failed = await rotate(...args.map((arg) => arg.replace("it's", `"it's"`)));
    expect(failed).toMatchObject({ exitCode: 1, stdout: "" });
    const [, pending] = await listSecrets(admin, key.id);
    expect(failed.stderr.split("\n").slice(2, -1)).toEqual([
      "error: The command ./deploy … exited with code 7.",
      "  no route to host",
      `  The old and the new secret of "${key.name}" both work (rotation ${pending?.id}).`,
      "  Delivered to the file secret.",
      "  The delivery to the command ./deploy … failed. The destination may have the old or the new secret.",
      "  Not delivered to the variable KEY in .env. It was not changed.",
      `hint: To resume, run: briksync keys rotate '${key.name}' --to file:secret --to 'exec:./deploy "it'\\''s"' --to 'env:.env#KEY'`,
    ]);
    expect(await presentSecret(server, key.clientSecret)).toBe(200);
    expect(await presentSecret(server, await directory.read("secret"))).toBe(200);
    const before = await directory.read("secret");
    const again = await rotate("--to", "file:secret", "--to", "exec:cat > got", "--to", "env:.env#KEY");
    expect(again).toMatchObject({ exitCode: 0 });
    expect(again.stderr).toContain(`Resuming the rotation of "${key.name}" that started`);
    expect(await directory.read("secret")).toBe(before);
    expect(await listStates()).toEqual(["current"]);
  });

  it("C-05 with -o json, is one JSON object on stderr with the state and the next step", async () => {
    const { exitCode, stdout, stderr } = await rotate("--to", "exec:cat >/dev/null; false", "-o", "json");
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: "" });
    const { error } = JSON.parse(stderr);
    expect(error).toMatchObject({
      type: "SINK_FAILED",
      exitCode: 1,
      hint: expect.stringContaining("To resume, run: briksync keys rotate "),
    });
    expect(error.details.join("\n")).toContain("The old and the new secret of");
  });
});

describe("a server with only the documented calls", () => {
  it("is recognized before anything is changed", async () => {
    const documented = {
      id: "k1",
      name: "CRM",
      clientId: "api_1",
      status: "active",
      lastUsedAt: null,
      createdOn: "2026-01-01T00:00:00.000Z",
    };
    const stub = await startStubServer((request, response) => {
      if (request.method === "GET" && request.url?.endsWith("/keys")) return sendJson(response, 200, [documented]);
      return sendJson(response, 404, { error: { code: 404, message: "Resource does not exist" } });
    });
    const home = await createCliHome({ BRIKSYNC_SERVER: stub.url, BRIKSYNC_TOKEN: "t" });
    try {
      for (const args of [
        ["--to", "file:secret"],
        ["--staged"],
        ["--grace", "1h", "--yes"],
        ["--status"],
        ["--finish", "--yes"],
      ]) {
        const { exitCode, stdout, stderr } = await home.run(["keys", "rotate", "CRM", ...args], {
          cwd: home.directory,
        });
        expect({ args, exitCode, stdout }).toEqual({ args, exitCode: 3, stdout: "" });
        expect(stderr).toContain("does not support this (keys.rotations");
      }
      const sinks = await home.run(["keys", "rotate", "CRM", "--to", "file:secret"], { cwd: home.directory });
      expect(sinks.stderr).toContain("Nothing was changed.");
      expect(stub.requests.filter(({ method }) => method !== "GET")).toEqual([]);
    } finally {
      await stub.stop();
      await home.remove();
    }
  });
});

describe("at a terminal", () => {
  it("shows each step, and a spinner for a slow destination", async () => {
    const terminal = useTerminal(["keys", "rotate", key.name, "--to", "exec:cat > /dev/null; sleep 1"], {
      env: admin.env,
    });
    await terminal.waitFor("✓ Created a new secret of");
    await terminal.waitFor("Delivering the secret to the command cat");
    await terminal.waitFor("✓ Rotated");
    expect((await terminal.waitForExit()).exitCode).toBe(0);
  });
});
