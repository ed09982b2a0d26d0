import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { useAccount, useHome, useServer } from "../support/lifetimes.ts";

const first = useServer();
const second = useServer();
const account = useAccount(first);
const home = useHome(() => ({ BRIKSYNC_STORAGE: "file" }));

beforeAll(async () => {
  await second.createAccount(account);
});

function login(args: readonly string[], env: Record<string, string> = {}) {
  const all = ["login", "--email", account.email, "--password-stdin", ...args];
  return home.run(all, { stdin: account.password, env });
}

async function readServer(profile: string): Promise<string> {
  return JSON.parse(await readFile(join(home.configDirectory, "config.json"), "utf8")).profiles[profile].server;
}

describe("the server of a profile", () => {
  it("is not overridden by BRIKSYNC_SERVER with --profile, so that no password goes to another server", async () => {
    await login(["--profile", "work", "--server", first.url]);
    const env = { BRIKSYNC_SERVER: second.url };
    for (const result of [
      await home.run(["whoami", "--profile", "work"], { env }),
      await login(["--profile", "work"], env),
    ]) {
      expect(result).toMatchObject({ exitCode: 2, stdout: "" });
      expect(result.stderr).toContain(`Profile "work" is for ${first.url}, but BRIKSYNC_SERVER is ${second.url}.`);
      expect(result.stderr).toContain("hint: Pass --server, or unset BRIKSYNC_SERVER.");
    }
    expect(await second.listActions(account)).not.toContain("session.signed_in");
    const same = { BRIKSYNC_SERVER: `${first.url}/` };
    expect((await home.run(["whoami", "--profile", "work"], { env: same })).exitCode).toBe(0);
  });

  it("changes with --server and never with a variable", async () => {
    await login(["--server", first.url]);
    expect((await login([], { BRIKSYNC_SERVER: second.url })).exitCode).toBe(0);
    expect(await readServer("default")).toBe(first.url);
    expect((await home.run(["whoami"], { env: { BRIKSYNC_SERVER: second.url } })).exitCode).toBe(0);
    expect((await login(["--server", second.url])).exitCode).toBe(0);
    expect(await readServer("default")).toBe(second.url);
  });
});
