import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { createHttpClient } from "../support/http-client.ts";
import { useDependencies, useServerProcess, useTestDatabase } from "../support/lifetimes.ts";
import { createPerson } from "../support/people.ts";
import { postgresSecrets } from "../support/postgres-secrets.ts";
import { runCommand } from "../support/run-command.ts";
import { mainPath, processEnvironment } from "../support/spawn-server.ts";

describe("signals", () => {
  const preload = fileURLToPath(new URL("../support/slow-loading.ts", import.meta.url));
  // The program runs as process 1 of a namespace. For process 1, the kernel drops signals without a handler.
  const asProcessOne = ["--pid", "--fork", "--kill-child", process.execPath, "--import", preload, mainPath];

  /** Runs the program as process 1, and signals it when it starts to load its modules. */
  const signalEarly = async (args: readonly string[], signal: NodeJS.Signals): Promise<unknown> => {
    const { env } = await useTestDatabase();
    const child = spawn("unshare", [...asProcessOne, ...args], {
      env: processEnvironment({ ...env, PORT: "0", LOG_LEVEL: "silent" }),
      stdio: ["pipe", "ignore", "pipe"],
    });
    const exited = once(child, "exit");
    await once(child.stderr, "data");
    const [pid] = readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, "utf8").split(" ");
    process.kill(Number(pid), signal);
    const outcome = await Promise.race([exited, wait(15_000, "still running", { ref: false })]);
    child.kill("SIGKILL");
    return Array.isArray(outcome) ? outcome[0] : outcome;
  };

  it("S-35 during the loading of process 1 end the server with exit code 0", async () => {
    expect(await signalEarly(["serve"], "SIGTERM")).toBe(0);
    expect(await signalEarly([], "SIGINT")).toBe(0);
  });

  it("S-35 end a command immediately", async () => {
    expect(await signalEarly(["import"], "SIGTERM")).toBe(143);
    expect(await signalEarly(["import"], "SIGINT")).toBe(130);
  });
});

describe("a log without a reader", () => {
  it("S-35 S-36 delays neither responses nor the exit", async () => {
    const { env } = await useTestDatabase();
    const server = await useServerProcess({ ...env, LOG_LEVEL: "info" });
    server.child.stdout?.pause();
    const client = createHttpClient(server.url);
    // These are more lines than the pipe and the buffer of the process can hold.
    for (let round = 0; round < 8; round++) {
      const responses = await Promise.all(Array.from({ length: 150 }, () => client.call("GET", "/nothing")));
      expect(responses.every(({ status }) => status === 404)).toBe(true);
    }
    client.close();
    expect(await Promise.race([stopUnread(server), wait(9_000, "still running", { ref: false })])).toEqual([0, null]);
  });

  it("S-35 S-36 whose reader has exited does not stop the server", async () => {
    const { env } = await useTestDatabase();
    const server = await useServerProcess({ ...env, LOG_LEVEL: "info" });
    server.child.stdout?.destroy();
    const client = createHttpClient(server.url);
    for (let round = 0; round < 20; round++) expect((await client.call("GET", "/nothing")).status).toBe(404);
    client.close();
    expect(await stopUnread(server)).toEqual([0, null]);
  });

  /** Stops the server without reading its output. The "close" event would wait for that. */
  const stopUnread = async ({ child }: Awaited<ReturnType<typeof useServerProcess>>): Promise<unknown[]> => {
    const exited = once(child, "exit");
    child.kill("SIGTERM");
    return exited;
  };
});

describe("the lines of an import", () => {
  const awkward = [
    "\u2028",
    "\u2029",
    "\u0085",
    "\v\f",
    "\r",
    "\r\n",
    "\n",
    "\u0000",
    "\uFEFF",
    "\\u2028",
    "🔑",
    "\uD800",
    "e\u0301",
    "x".repeat(100_000),
  ];

  it("S-50 match those of the export, whatever characters they contain", async () => {
    const source = await useTestDatabase();
    const env = { ...source.env, ...postgresSecrets };
    const deps = await useDependencies(env);
    const person = await createPerson(deps);
    await deps.store.transact(async ({ billing }) => {
      await billing.lockCustomer("cus_1");
      await billing.setCompany("cus_1", person.companyId);
      for (const [index, text] of awkward.entries()) {
        await billing.putSubscription({
          id: `sub_${index}`,
          customerId: "cus_1",
          status: "active",
          prices: [`a${text}b`],
          toldOn: "2026-02-01T10:30:00.000Z",
          toldBy: "created",
          hasBoughtPlan: false,
          isIncomplete: false,
          news: [],
        });
      }
    });
    const exported = await runCommand(["export"], env);
    expect(exported.code).toBe(0);
    const target = await useTestDatabase();
    const targetEnv = { ...target.env, ...postgresSecrets };
    expect(await runCommand(["import"], targetEnv, exported.stdout)).toMatchObject({ code: 0 });
    const again = await runCommand(["export"], targetEnv);
    const rows = (text: string): string[] => text.split("\n").slice(1, -2);
    expect(rows(again.stdout)).toEqual(rows(exported.stdout));
    // Simulates a program that rewrites line ends.
    const windows = await useTestDatabase();
    const translated = exported.stdout.replaceAll("\n", "\r\n");
    expect(await runCommand(["import"], { ...windows.env, ...postgresSecrets }, translated)).toMatchObject({ code: 0 });
  });
});

it("names the required Node version on versions where the SQLite binding would crash", async () => {
  const pretend = `Object.defineProperty(process.versions, "node", { value: "20.19.0" });`;
  const env = { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(pretend)}` };
  const { code, stdout, stderr } = await runCommand(["users", "list"], env);
  expect([code, stdout]).toEqual([1, ""]);
  expect(stderr).toBe("briksync-server requires Node 22.13 or newer. This is Node 20.19.0.\n");
});
