import { chmod, mkdir, writeFile } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { createServer as createTcpServer } from "node:net";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { runDoctor } from "../support/doctor.ts";
import { useAccount, useHome, useServer } from "../support/lifetimes.ts";
import { makeSessionInfo, sendJson, startStubServer } from "../support/stub-server.ts";

const server = useServer();
const account = useAccount(server);
const home = useHome(() => ({ BRIKSYNC_SERVER: server.url, BRIKSYNC_STORAGE: "file" }));

describe("doctor", () => {
  it("prints hints with the profile that it checked", async () => {
    const login = ["login", "--profile", "work", "--email", account.email, "--password-stdin"];
    await home.run(login, { stdin: account.password });
    await home.run(["logout", "--profile", "work"]);
    const text = await home.run(["doctor", "--profile", "work"]);
    expect(text.stdout).toContain("To sign in, run: briksync login --profile work");
    const json = await home.run(["doctor", "--profile", "work", "-o", "json"]);
    expect(json.stdout).toContain('"To sign in, run: briksync login --profile work"');
  });

  it("passes all checks and shows the signed-in user", async () => {
    await home.run(["login", "--email", account.email, "--password-stdin"], { stdin: account.password });
    const { exitCode, find } = await runDoctor(home);
    expect(exitCode).toBe(0);
    for (const check of ["node", "profile file", "settings", "connection", "http", "clock", "server", "session"]) {
      expect(find(check)).toMatchObject({ status: "ok", hint: null });
    }
    expect(find("keychain").status).toBe("warning");
    expect(find("session").message).toContain(account.email);
    const text = await home.run(["doctor"]);
    expect(text.exitCode).toBe(0);
    expect(text.stdout).toContain("✓ server");
  });

  it("warns if the user is not signed in, and does not fail", async () => {
    const { exitCode, find } = await runDoctor(home);
    expect(exitCode).toBe(0);
    expect(find("session")).toMatchObject({ status: "warning", hint: expect.stringContaining("briksync login") });
  });

  it("fails on a broken keychain only if the session would be stored there", async () => {
    const { exitCode, find } = await runDoctor(home, { BRIKSYNC_STORAGE: undefined });
    expect(exitCode).toBe(9);
    expect(find("keychain")).toMatchObject({ status: "failed", exitCode: 9 });
  });

  it("exits with 4 for a rejected token, and with 8 and the failed step for an unreachable server", async () => {
    const refused = await runDoctor(home, { BRIKSYNC_TOKEN: "not-a-token" });
    expect(refused.exitCode).toBe(4);
    expect(refused.find("session").message).toContain("BRIKSYNC_TOKEN");
    const gone = await runDoctor(home, { BRIKSYNC_SERVER: "http://127.0.0.1:9" });
    expect(gone.exitCode).toBe(8);
    expect(gone.find("connection")).toMatchObject({ status: "failed", message: expect.stringContaining("refused") });
    expect(gone.find("session").status).toBe("skipped");
    const nameless = await runDoctor(home, { BRIKSYNC_SERVER: "https://briksync.invalid" });
    expect(nameless.find("name")).toMatchObject({ status: "failed", exitCode: 8 });
  });

  it("reports another program at the server's URL", async () => {
    const foreign = await startStubServer((_request, response) => response.end("<html>hello"));
    try {
      const { exitCode, find } = await runDoctor(home, { BRIKSYNC_SERVER: foreign.url });
      expect(exitCode).toBe(8);
      expect(find("server")).toMatchObject({ status: "failed" });
    } finally {
      await foreign.stop();
    }
  });

  it("does not wait for a port that accepts connections but never responds", async () => {
    const silent = createTcpServer(() => {});
    await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
    try {
      const { find } = await runDoctor(home, {
        BRIKSYNC_SERVER: `http://127.0.0.1:${(silent.address() as AddressInfo).port}`,
      });
      expect(find("http")).toMatchObject({ status: "failed", message: expect.stringContaining("no response within") });
    } finally {
      silent.close();
    }
  });

  it("shows by how much the clock is off, and does not fail", async () => {
    const late = await startStubServer((_request, response) => {
      response.setHeader("date", new Date(Date.now() + 7_200_000).toUTCString());
      sendJson(response, 200, makeSessionInfo());
    });
    try {
      const { find } = await runDoctor(home, { BRIKSYNC_SERVER: late.url, BRIKSYNC_TOKEN: "t" });
      expect(find("clock")).toMatchObject({
        status: "warning",
        message: expect.stringMatching(/7(199|200|201) s behind/),
      });
    } finally {
      await late.stop();
    }
  });

  it("lists files that other users can read, with the command that fixes them", async () => {
    await home.run(["login", "--email", account.email, "--password-stdin"], { stdin: account.password });
    await chmod(join(home.configDirectory, "config.json"), 0o644);
    const { find } = await runDoctor(home);
    expect(find("profile file")).toMatchObject({
      status: "warning",
      hint: `chmod 600 ${join(home.configDirectory, "config.json")}`,
    });
  });

  it("C-03 lists a directory that other users can write to, with the command that fixes it", async () => {
    await home.run(["login", "--email", account.email, "--password-stdin"], { stdin: account.password });
    for (const mode of [0o770, 0o707]) {
      await chmod(home.configDirectory, mode);
      expect((await runDoctor(home)).find("profile file")).toMatchObject({
        status: "warning",
        message: expect.stringContaining(`Other users can write to ${home.configDirectory}`),
        hint: `To fix this, run: chmod go-w ${home.configDirectory}`,
      });
    }
  });

  it("exits with 2 for a broken configuration file and still runs the other checks", async () => {
    await mkdir(home.configDirectory, { mode: 0o700 });
    await writeFile(join(home.configDirectory, "config.json"), "{");
    const { exitCode, find } = await runDoctor(home);
    expect(exitCode).toBe(2);
    expect(find("profile file")).toMatchObject({ status: "failed" });
    expect(find("keychain")).toBeDefined();
    const text = await home.run(["doctor"]);
    expect(text.stdout).toContain("✗ profile file");
  });

  it("lists the names of environment variables, and never their values", async () => {
    const result = await home.run(["doctor"], {
      env: { BRIKSYNC_TOKEN: "canary-token", BRIKSYNC_PASSWORD: "canary-password" },
    });
    expect(result.stdout).toContain("BRIKSYNC_PASSWORD");
    expect(result.stdout + result.stderr).not.toContain("canary");
  });
});
