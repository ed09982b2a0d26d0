import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createServerClock } from "../../src/session/server-clock.ts";
import { type CliHome, createCliHome } from "../support/cli-process.ts";
import { makeSessionInfo, type StubServer, sendJson, startStubServer } from "../support/stub-server.ts";

const hour = 3_600_000;
/** How far the server's clock is ahead of this machine's clock. */
const aheadMs = 48 * hour;
const serverTime = (): number => Date.now() + aheadMs;
const ago = (ms: number): string => new Date(serverTime() - ms).toISOString();

const key = {
  id: "11111111-1111-4111-8111-111111111111",
  name: "CRM",
  clientId: "api_1",
  status: "active",
  ipAllowlist: [],
  rotatedOn: null,
  revokedOn: null,
  rotation: null,
};

let server: StubServer;
let home: CliHome;
const bodies: { cidr: string; expiresAt: string }[] = [];
beforeAll(async () => {
  server = await startStubServer((request, response) => {
    response.setHeader("date", new Date(serverTime()).toUTCString());
    const path = (request.url ?? "").replace("/external/v1/auth", "");
    if (path.startsWith("/me")) return sendJson(response, 200, makeSessionInfo({ ip: "192.0.2.1" }));
    if (path.startsWith("/audit")) return sendJson(response, 200, []);
    if (path.includes("/ip-allowlist") && request.method === "POST") {
      request.setEncoding("utf8").on("data", (text: string) => bodies.push(JSON.parse(text)));
      request.on("end", () => sendJson(response, 201, { id: "e1", note: null, createdOn: ago(0), ...bodies.at(-1) }));
      return;
    }
    if (path.includes("/ip-allowlist")) return sendJson(response, 200, []);
    const listed = { ...key, createdOn: ago(30 * 24 * hour), lastUsedAt: ago(47 * hour) };
    sendJson(response, 200, path.includes("?") || path === "/keys" ? [listed] : listed);
  });
  home = await createCliHome({ BRIKSYNC_SERVER: server.url, BRIKSYNC_TOKEN: "t" });
});
afterAll(async () => {
  await server?.stop();
  await home?.remove();
});

describe("S-65 the CLI on a machine whose clock is two days off", () => {
  it("computes --expires with the server's time", async () => {
    const { exitCode } = await home.run(["keys", "allow-ip", "CRM", "192.0.2.0/24", "--expires", "2h", "--yes"]);
    expect(exitCode).toBe(0);
    const lastsMs = Date.parse(bodies.at(-1)?.expiresAt ?? "") - serverTime();
    expect(Math.abs(lastsMs - 2 * hour)).toBeLessThan(60_000);
  });

  it("compares --unused-for and --older-than with the server's time, and shows ages by it", async () => {
    const count = async (...args: string[]): Promise<number> => {
      const { stdout } = await home.run(["keys", "list", "-o", "ids", ...args]);
      return stdout.split("\n").filter(Boolean).length;
    };
    expect(await count("--unused-for", "46h")).toBe(1);
    expect(await count("--unused-for", "48h")).toBe(0);
    expect(await count("--older-than", "29d")).toBe(1);
    expect(await count("--older-than", "31d")).toBe(0);
    expect((await home.run(["keys", "list"])).stdout).toContain("1 day ago");
  });

  it("asks the server for its time with --since", async () => {
    expect((await home.run(["audit", "--since", "3h"])).exitCode).toBe(0);
    const asked = server.requests.filter(({ path }) => path.includes("/audit")).at(-1);
    const since = new URL(asked?.path ?? "", server.url).searchParams.get("since") ?? "";
    expect(Math.abs(serverTime() - 3 * hour - Date.parse(since))).toBeLessThan(60_000);
  });
});

describe("the server's clock", () => {
  it("is computed with the monotonic clock if the clocks differ, else with this machine's clock", async () => {
    let machineMs = Date.parse("2026-01-01T00:00:00Z");
    const clock = createServerClock({ now: () => new Date(machineMs) });
    expect(clock.isKnown).toBe(false);
    clock.learn(new Date(machineMs - 1000), 20);
    expect(clock.isKnown).toBe(true);
    expect(clock.now().getTime()).toBe(machineMs);
    clock.learn(new Date(machineMs + 5 * hour), 20);
    const before = clock.now().getTime();
    machineMs -= 24 * hour;
    expect(Math.abs(clock.now().getTime() - before)).toBeLessThan(2000);
  });
});
