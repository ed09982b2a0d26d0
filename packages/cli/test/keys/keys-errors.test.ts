import { beforeAll, describe, expect, it } from "vitest";
import type { Admin } from "../support/admin.ts";
import { useAdmin, useServer, useStubServer } from "../support/lifetimes.ts";
import { sendJson } from "../support/stub-server.ts";

const server = useServer({ PASSWORD_MIN_LENGTH: "15" });
const admin = useAdmin(server);
const member = useAdmin(server, { privilege: 3, company: "Members Ltd" });
const pro = useAdmin(server, { plan: "PRO", company: "Pro Ltd" });
const fresh = useAdmin(server, { mustChangePassword: true, company: "Fresh Ltd" });
const html = useStubServer((_, response) =>
  response.writeHead(200, { "content-type": "text/html" }).end("<h1>Welcome</h1>"),
);
const busy = useStubServer((_, response) => {
  response.setHeader("retry-after", "7").setHeader("x-request-id", "r-1");
  sendJson(response, 429, {
    error: { code: 429, message: "Rate limit exceeded", type: "RATE_LIMITED", requestId: "r-1" },
  });
});

beforeAll(async () => {
  await admin.createKey("Twin");
  await admin.createKey("Twin");
  const gone = await admin.createKey("Gone");
  await admin.run(["keys", "revoke", "-y", gone.id]);
});

interface Case {
  readonly what: string;
  readonly args: readonly string[];
  readonly as?: () => Admin;
  readonly env?: () => Record<string, string>;
  readonly type: string;
  readonly exitCode: number;
  readonly status?: number;
  readonly message: string;
  readonly hint?: string;
}

const usage = { type: "USAGE", exitCode: 2 };
const notFound = { type: "NOT_FOUND", exitCode: 3 };
const cases: readonly Case[] = [
  {
    what: "an unknown command",
    args: ["keys", "lst"],
    ...usage,
    message: "Unknown command 'lst'.",
    hint: "Did you mean list?",
  },
  { what: "no command", args: ["keys"], ...usage, message: "briksync keys requires a command: list, create, show" },
  { what: "a missing argument", args: ["keys", "rotate"], ...usage, message: "Missing required argument 'key'." },
  {
    what: "an unknown option",
    args: ["keys", "list", "--unrestrictet"],
    ...usage,
    message: "Unknown option",
    hint: "Did you mean --unrestricted?",
  },
  {
    what: "another unknown option",
    args: ["keys", "rotate", "Twin", "--later"],
    ...usage,
    message: "Unknown option '--later'.",
  },
  {
    what: "an invalid choice",
    args: ["keys", "list", "--status", "dead"],
    ...usage,
    message: "Allowed choices are active, revoked, all.",
  },
  {
    what: "an ambiguous name",
    args: ["keys", "rotate", "Twin", "--yes"],
    type: "AMBIGUOUS",
    exitCode: 2,
    message: '2 active keys are named "Twin".',
  },
  {
    what: "a secret where a key belongs",
    args: ["keys", "show", "sec_0123456789abcdef"],
    ...notFound,
    message: 'client ID or ID "sec_…".',
  },
  { what: "an unknown key", args: ["keys", "show", "Nowhere"], ...notFound, message: '"Nowhere"' },
  {
    what: "an unknown ID",
    args: ["keys", "show", "00000000-0000-4000-8000-000000000000"],
    ...notFound,
    message: "No key has",
  },
  { what: "an ID in another format", args: ["keys", "show", "__proto__"], ...notFound, message: "__proto__" },
  {
    what: "a missing confirmation",
    args: ["keys", "revoke", "Twin"],
    type: "CONFIRMATION_REQUIRED",
    exitCode: 2,
    message: "a revoked key cannot be restored",
    hint: "--yes",
  },
  {
    what: "an invalid name",
    args: ["keys", "create", " "],
    type: "VALIDATION_FAILED",
    exitCode: 6,
    status: 422,
    message: "must have 1 to 100 characters",
  },
  {
    what: "an invalid address",
    args: ["keys", "create", "X", "--allow-ip", "nonsense"],
    type: "VALIDATION_FAILED",
    exitCode: 6,
    message: "is not an IP address or CIDR range",
  },
  {
    what: "a revoked key",
    args: ["keys", "rename", "@gone", "New"],
    type: "KEY_REVOKED",
    exitCode: 6,
    status: 409,
    message: "This key is revoked and cannot be restored",
  },
  {
    what: "a role without permission",
    args: ["keys", "list"],
    as: () => member,
    type: "FORBIDDEN",
    exitCode: 5,
    status: 403,
    message: "You need the Admin or Super Admin role",
    hint: "briksync whoami",
  },
  {
    what: "a plan without keys",
    args: ["keys", "create", "X"],
    as: () => pro,
    type: "PLAN_UPGRADE_REQUIRED",
    exitCode: 5,
    status: 403,
    message: "Settings → Billing",
  },
  {
    what: "a password that must be changed",
    args: ["keys", "list"],
    as: () => fresh,
    type: "PASSWORD_CHANGE_REQUIRED",
    exitCode: 5,
    status: 403,
    message: "Change your password",
    hint: "briksync password change",
  },
  {
    what: "an invalid token",
    args: ["audit"],
    env: () => ({ BRIKSYNC_TOKEN: "not.a.token" }),
    type: "UNAUTHORIZED",
    exitCode: 4,
    status: 401,
    message: "BRIKSYNC_TOKEN",
    hint: "BRIKSYNC_TOKEN",
  },
  {
    what: "a missing sign-in",
    args: ["keys", "list"],
    env: () => ({ BRIKSYNC_TOKEN: "" }),
    type: "NOT_SIGNED_IN",
    exitCode: 4,
    message: "You are not signed in",
    hint: "briksync login",
  },
  {
    what: "an unreachable server",
    args: ["keys", "list"],
    env: () => ({ BRIKSYNC_SERVER: "http://127.0.0.1:9" }),
    type: "CONNECTION_FAILED",
    exitCode: 8,
    message: "127.0.0.1:9",
    hint: "briksync doctor",
  },
  {
    what: "an HTML response",
    args: ["keys", "list"],
    env: () => ({ BRIKSYNC_SERVER: html.url }),
    type: "INVALID_RESPONSE",
    exitCode: 8,
    status: 200,
    message: "text/html",
  },
  {
    what: "a rate limit",
    args: ["keys", "list", "--timeout", "3"],
    env: () => ({ BRIKSYNC_SERVER: busy.url }),
    type: "RATE_LIMITED",
    exitCode: 7,
    status: 429,
    message: "Rate limit exceeded",
    hint: "Try again in 7 s.",
  },
];

describe("an error", () => {
  it.each(cases)(
    "C-05 of $what is one JSON object on stderr with -o json, and the same exit code in text",
    async (each) => {
      const { as = () => admin, env = () => ({}) } = each;
      const gone = (await admin.fetchJson<{ clientId: string }[]>("/keys?status=revoked"))[0]?.clientId ?? "";
      const args = each.args.map((argument) => (argument === "@gone" ? gone : argument));
      const json = await as().run([...args, "-o", "json"], { env: env() });
      expect({ exitCode: json.exitCode, stdout: json.stdout }).toEqual({ exitCode: each.exitCode, stdout: "" });
      const { error } = JSON.parse(json.stderr);
      expect(json.stderr).toBe(`${JSON.stringify({ error }, null, 2)}\n`);
      expect(Object.keys(error).slice(0, 6)).toEqual(["type", "message", "status", "requestId", "exitCode", "hint"]);
      expect(error).toMatchObject({ type: each.type, exitCode: each.exitCode, status: each.status ?? null });
      expect(error.message).toContain(each.message);
      if (each.hint !== undefined) expect(error.hint).toContain(each.hint);
      if (each.status !== undefined && each.type !== "INVALID_RESPONSE")
        expect(error.requestId).toEqual(expect.any(String));

      const text = await as().run(args, { env: env() });
      expect({ exitCode: text.exitCode, stdout: text.stdout }).toEqual({ exitCode: each.exitCode, stdout: "" });
      // Without a command, the help comes first.
      expect(text.stderr).toMatch(each.what === "no command" ? /\nerror: / : /^error: /);
      expect(text.stderr).toContain(each.message);
      expect(text.stderr).not.toMatch(/\n {4}at /);
    },
  );

  it("lists the candidates of an ambiguous name", async () => {
    const { stderr } = await admin.run(["keys", "show", "Twin", "-o", "json"]);
    const { error } = JSON.parse(stderr);
    expect(error.details).toHaveLength(2);
    for (const line of error.details)
      expect(line).toMatch(/^Twin {2}api_[0-9a-f]{24} {2}created \d{4}-\S+Z {2}[0-9a-f-]{36}$/);
  });

  it("keeps operations possible that do not need the plan", async () => {
    expect(await pro.run(["keys", "list"])).toMatchObject({ exitCode: 0 });
    expect(await member.run(["audit"])).toMatchObject({ exitCode: 5 });
  });
});
