import type { AutomationToken, ListedSession, Trust, TrustLogEntry } from "@briksync/sdk";
import { describe, expect, it } from "vitest";
import { evil, expectSafeOutput, key } from "../support/hostile-server.ts";
import { useHome, useStubServer, useTerminal } from "../support/lifetimes.ts";
import { sendJson } from "../support/stub-server.ts";

const id = "00000000-0000-4000-8000-000000000000";
const by = { createdOn: "2026-01-01T00:00:00.000Z", createdBy: { email: `ada${evil}@partner.com`, hasLeft: true } };
const run = { repository: `acme${evil}`, workflow: evil, runId: evil };
const trust: Trust = {
  id: `t${evil}`,
  name: `Trust${evil}`,
  provider: "github",
  issuer: evil,
  claims: { [`claim${evil}`]: evil, environment: evil, workflow_path: evil },
  may: [`rotate${evil}`],
  keyIds: [`k${evil}`],
  ttlSeconds: 900,
  fromCidrs: [`10.0.0.0/8${evil}`],
  reuse: 1,
  ...by,
  disabledOn: null,
  lastRun: { on: "2026-01-01T00:00:00.000Z", ...run },
  warnings: [{ type: "ALL_KEYS", message: evil }],
};
const token: AutomationToken = {
  id: `a${evil}`,
  name: `Token${evil}`,
  may: [`rotate${evil}`],
  keyIds: [`k${evil}`],
  fromCidrs: [`10.0.0.0/8${evil}`],
  ...by,
  expiresAt: "2030-01-01T00:00:00.000Z",
  revokedOn: null,
  lastUsedAt: "2026-01-01T00:00:00.000Z",
  lastUsedIp: evil,
  pendingSince: null,
};
const entry: TrustLogEntry = {
  id: `e${evil}`,
  on: "2026-01-01T00:00:00.000Z",
  outcome: `refused${evil}`,
  type: "TRUST_DENIED",
  claim: `claim${evil}`,
  has: evil,
  run,
  ip: evil,
};
const session: ListedSession = {
  id: `s${evil}`,
  current: false,
  openedWith: evil,
  hostName: `host${evil}`,
  client: evil,
  ip: `127.0.0.1${evil}`,
  createdOn: evil,
  lastUsedOn: evil,
  expiresOn: evil,
  company: { id: "c1", name: evil },
};
const listSessions = ({ method }: { readonly method?: string | undefined }) =>
  method === "DELETE" ? { endedSessions: 1 } : [session, { ...session, id, hostName: "laptop" }];
const verdict = { allowed: false, type: null, claims: [{ claim: evil, has: evil, wants: evil, ok: false }] };

const stub = useStubServer((request, response) => {
  const path = (request.url ?? "").split("?")[0]?.replace("/external/v1/auth", "") ?? "";
  if (path === "/trusts") return sendJson(response, 200, request.method === "POST" ? trust : [trust]);
  if (path.endsWith("/log")) return sendJson(response, 200, [entry]);
  if (path.endsWith("/test") || path === "/token/explain") return sendJson(response, 200, verdict);
  if (path.startsWith("/sessions")) return sendJson(response, 200, path === "/sessions" ? listSessions(request) : null);
  if (path === "/tokens") return sendJson(response, 200, [token]);
  if (path.startsWith("/trusts/")) return sendJson(response, 200, trust);
  if (path.startsWith("/tokens/")) return sendJson(response, 200, { ...token, token: `aut_${evil}` });
  if (path === "/token") return sendJson(response, 200, { access_token: "run_x", expires_in: 900 });
  if (path === "/grant") {
    const company = { id: "c1", name: evil, plan: evil };
    const grant = {
      kind: "trust",
      id: evil,
      name: evil,
      may: [evil],
      keyIds: [],
      expiresAt: by.createdOn,
      company,
      run,
    };
    return sendJson(response, 200, grant);
  }
  sendJson(response, 200, [key]);
});
const home = useHome(() => ({ BRIKSYNC_SERVER: stub.url, BRIKSYNC_TOKEN: "t" }));

const job = { BRIKSYNC_TRUST: id, BRIKSYNC_ID_TOKEN: "eyJhIjoxfQ.eyJhIjoxfQ.c2ln" };
const add = ["trust", "add", "github", "acme/web", "--workflow", "x.yml", "--environment", "prod"];

describe("C-07 texts of trusts and tokens from a hostile server cannot control the terminal", () => {
  it.each<[string[], Record<string, string>]>([
    [["trust", "list"], {}],
    [["trust", "list", "-o", "csv"], {}],
    [["trust", "list", "-o", "ids"], {}],
    [["trust", "list", "-o", "json"], {}],
    [["trust", "show", id], {}],
    [["trust", "show", "Nowhere"], {}],
    [["trust", "disable", id], {}],
    [["trust", "remove", id, "--yes"], {}],
    [["trust", "log", id], {}],
    [[...add, "--key", key.id, "--repo-id", "1", "--owner-id", "2"], {}],
    [["trust", "explain"], job],
    [["whoami"], job],
    [["doctor"], job],
    [["tokens", "list"], {}],
    [["tokens", "show", id], {}],
    [["tokens", "revoke", id, "--yes"], {}],
    [["tokens", "rotate", id], {}],
    [["sessions", "list"], {}],
    [["sessions", "list", "-o", "csv"], {}],
    [["sessions", "list", "-o", "json"], {}],
    [["sessions", "end", "laptop", "--yes"], {}],
    [["sessions", "end", id, "--yes", "-o", "ids"], {}],
    [["sessions", "end", "host", "--yes"], {}],
    [["sessions", "end", "--others", "--yes"], {}],
  ])("in %j", async (args, env) => {
    const terminal = useTerminal(args, { env: { ...home.env, PAGER: "cat", ...env }, columns: 2000 });
    await terminal.waitForExit();
    expect(terminal.text.length).toBeGreaterThan(10);
    expectSafeOutput(terminal.screen);
    expect(terminal.text).not.toMatch(/^second line/m);
  });
});
