import { describe, expect, it, onTestFinished } from "vitest";
import { presentSecret } from "../support/admin.ts";
import { useAllowlist } from "../support/allowlist.ts";
import { cliPath } from "../support/cli-process.ts";
import { type ProxiedRequest, startFaultProxy } from "../support/fault-proxy.ts";
import { useAdmin, useKey, useServer, useTerminal } from "../support/lifetimes.ts";
import type { PtySession } from "../support/pty.ts";

const server = useServer({ TRUSTED_PROXIES: "127.0.0.1" });
const admin = useAdmin(server);
const key = useKey(admin);
const { allowIp, readList, readCidrs } = useAllowlist(admin, key);

function openTerminal(...args: string[]): PtySession {
  return useTerminal(["keys", "allow-ip", key.name, ...args], { env: admin.env });
}

describe("keys allow-ip without a terminal", () => {
  it("C-05 needs --yes for a list that excludes the caller, and names the address", async () => {
    const refused = await allowIp("203.0.113.0/24");
    expect(refused).toMatchObject({ exitCode: 2, stdout: "" });
    expect(refused.stderr).toContain("This list excludes your own address, 127.0.0.1. To include it, pass --me.");
    expect(refused.stderr).toContain("--yes");
    expect(await readList()).toEqual([]);
    expect(await allowIp("203.0.113.0/24", "--yes")).toMatchObject({ exitCode: 0 });
    expect(await readCidrs()).toEqual(["203.0.113.0/24"]);
    const again = await allowIp("198.51.100.0/24");
    expect(again.exitCode).toBe(2);
    expect(again.stderr).toContain("still excludes your own address");
  });

  it("C-05 needs --yes to remove the caller, or the last entry", async () => {
    await allowIp("127.0.0.0/8", "203.0.113.0/24");
    const self = await allowIp("--remove", "127.0.0.0/8");
    expect(self.exitCode).toBe(2);
    expect(self.stderr).toContain("excludes your own address");
    const all = await allowIp("--remove", "127.0.0.0/8", "--remove", "203.0.113.0/24");
    expect(all.exitCode).toBe(2);
    expect(all.stderr).toContain(`Without entries, every IP address can use "${key.name}".`);
    expect(await readCidrs()).toEqual(["127.0.0.0/8", "203.0.113.0/24"]);
    expect(await allowIp("--remove", "203.0.113.0/24")).toMatchObject({ exitCode: 0 });
    const opened = await allowIp("--remove", "127.0.0.0/8", "-y");
    expect(opened).toMatchObject({ exitCode: 0, stdout: "" });
    expect(opened.stderr).toContain("The key has no allowlist, so every IP address can use it.");
    expect(await readList()).toEqual([]);
  });
});

describe("keys allow-ip while another run removes the other entry", () => {
  const [mine, others] = ["127.0.0.0/8", "127.0.0.1/32"];

  /** Removes an entry. Another run removes the other entry during the first request that `when` selects. */
  async function removeDuringOtherRemoval(when: (request: ProxiedRequest) => boolean, ...flags: string[]) {
    expect(await allowIp(mine, others)).toMatchObject({ exitCode: 0 });
    let isFirst = true;
    const proxy = await startFaultProxy(server.url, {
      async decide(request) {
        if (isFirst && when(request)) {
          isFirst = false;
          expect(await allowIp("--remove", others)).toMatchObject({ exitCode: 0 });
        }
        return { kind: "pass" };
      },
    });
    onTestFinished(() => proxy.stop());
    return allowIp("--remove", mine, "--server", proxy.url, ...flags);
  }

  // At this point, the run has already read the allowlist.
  const isBeforeRemoval = ({ path }: ProxiedRequest): boolean => path.endsWith("/me");

  it("C-05 asks for the same confirmation as for the last entry", async () => {
    const refused = await removeDuringOtherRemoval(isBeforeRemoval);
    expect(refused).toMatchObject({ exitCode: 2, stdout: "" });
    expect(refused.stderr).toContain(
      "Another run has removed the other entries. Without entries, every IP address can",
    );
    expect(await readCidrs()).toEqual([mine]);
  });

  it("C-05 does not treat --yes as consent to an empty list", async () => {
    const refused = await removeDuringOtherRemoval(isBeforeRemoval, "--yes");
    expect(refused).toMatchObject({ exitCode: 6, stdout: "" });
    expect(await readCidrs()).toEqual([mine]);
    expect(await allowIp("--remove", mine, "--yes")).toMatchObject({ exitCode: 0 });
    expect(await readCidrs()).toEqual([]);
  });

  it("C-05 adds its entry again if both runs have removed one, and says so", async () => {
    const restored = await removeDuringOtherRemoval(({ method }) => method === "DELETE");
    expect(restored).toMatchObject({ exitCode: 6, stdout: "" });
    expect(restored.stderr).toContain(`so ${mine} was added again.`);
    expect(await readCidrs()).toEqual([mine]);
  });

  it("adds an entry again that it wanted to keep", async () => {
    await allowIp(mine, others);
    const proxy = await startFaultProxy(server.url, {
      async decide({ path }) {
        if (path.endsWith("/me")) await allowIp("--remove", others);
        return { kind: "pass" };
      },
    });
    onTestFinished(() => proxy.stop());
    const kept = await allowIp(others, "--server", proxy.url);
    expect(kept).toMatchObject({ exitCode: 0 });
    expect(kept.stderr).not.toContain("already on the allowlist");
    expect(await readCidrs()).toEqual([mine, others]);
  });
});

describe("keys allow-ip at a terminal", () => {
  it.each([
    ["no", (terminal: PtySession) => terminal.enter("n")],
    ["Ctrl-C", (terminal: PtySession) => terminal.pressCtrlC()],
  ])("asks before it excludes the caller, and %s changes nothing", async (_, answer) => {
    const terminal = openTerminal("203.0.113.0/24");
    await terminal.waitFor("! This list excludes your own address, 127.0.0.1. To include it, pass --me.");
    await terminal.waitFor("Save the list?");
    answer(terminal);
    expect((await terminal.waitForExit()).exitCode).toBe(130);
    expect(await readList()).toEqual([]);
  });

  it("asks before it removes the last entry", async () => {
    await allowIp("--me");
    const terminal = openTerminal("--remove", "127.0.0.1");
    await terminal.waitFor("Without entries, every IP address can use");
    await terminal.waitFor("Remove the last entry?");
    terminal.enter("y");
    await terminal.waitFor("was removed from the allowlist");
    expect((await terminal.waitForExit()).exitCode).toBe(0);
    expect(await readList()).toEqual([]);
  });

  it("also asks if the list excludes the address of the last use", async () => {
    expect(await presentSecret(server, key.clientSecret, "203.0.113.9")).toBe(200);
    await expect.poll(() => admin.fetchJson(`/keys/${key.id}`)).toMatchObject({ lastUsedIp: "203.0.113.9" });
    const terminal = openTerminal("--me");
    await terminal.waitFor(/The key was last used .* from 203\.0\.113\.9, which this list excludes\./);
    await terminal.waitFor("Save the list anyway?");
    terminal.enter("n");
    expect((await terminal.waitForExit()).exitCode).toBe(130);
    expect(await readList()).toEqual([]);
    const script = await allowIp("--me");
    expect(script.exitCode).toBe(0);
    expect(script.stderr).toContain("from 203.0.113.9, which this list excludes");
    await allowIp("--remove", "127.0.0.1", "-y");
    expect(await allowIp("--me", "-o", "json")).toMatchObject({ exitCode: 0, stderr: "" });
  });

  it("C-05 does not ask about the last use if stdin is a pipe, and saves the list", async () => {
    expect(await presentSecret(server, key.clientSecret, "203.0.113.9")).toBe(200);
    await expect.poll(() => admin.fetchJson(`/keys/${key.id}`)).toMatchObject({ lastUsedIp: "203.0.113.9" });
    const script = 'yes n | "$NODE" "$CLI" keys allow-ip "$KEY" --me';
    const env = { ...admin.env, NODE: process.execPath, CLI: cliPath, KEY: key.id };
    const terminal = useTerminal(["-c", script], { program: "/bin/sh", env });
    expect((await terminal.waitForExit()).exitCode).toBe(0);
    expect(terminal.text).toContain("from 203.0.113.9, which this list excludes");
    expect(await readCidrs()).toEqual(["127.0.0.1/32"]);
  });
});
