import fc from "fast-check";
import stringWidth from "string-width";
import { describe, expect, it, onTestFinished } from "vitest";
import { cliPath } from "../support/cli-process.ts";
import { useHome, useStubServer } from "../support/lifetimes.ts";
import { startPty } from "../support/pty.ts";
import { makeSessionInfo, sendJson } from "../support/stub-server.ts";

/** The name and the address that the server returns. */
let name = "";
let address = "";

const time = "2026-01-15T08:00:00.000Z";
const id = "6f1c2d3e-4b5a-4c6d-8e7f-90a1b2c3d4e5";
const server = useStubServer((request, response) => {
  const path = (request.url ?? "").replace(/\?.*/, "");
  const entry = { id, cidr: address, note: name, createdOn: time, expiresAt: null };
  const key = {
    id,
    name,
    clientId: "api_0123456789abcdef01234567",
    status: "active",
    lastUsedAt: time,
    lastUsedIp: address,
    createdOn: time,
    rotatedOn: null,
    revokedOn: null,
    ipAllowlist: [entry],
    rotation: null,
  };
  const email = "ada.lovelace@partner.example.com";
  if (path.endsWith("/me")) {
    const company = { id, name, privilege: 1 };
    const user = { id, firstName: name, lastName: name, email, mustChangePassword: false };
    return sendJson(
      response,
      200,
      makeSessionInfo({ user, companies: [company], activeCompany: company, ip: address }),
    );
  }
  if (path.endsWith("/audit")) {
    const event = { id, action: "key.ip_disallowed", keyId: id, keyName: name, actorId: id, actorEmail: email };
    return sendJson(response, 200, [
      { ...event, actorKind: "user", ip: address, requestId: id, details: { from: name, to: name }, createdOn: time },
    ]);
  }
  if (path.endsWith("/ip-allowlist")) return sendJson(response, 200, [entry]);
  return sendJson(response, 200, path.endsWith("/keys") ? [key] : key);
});
const home = useHome(() => ({ BRIKSYNC_TOKEN: "t", BRIKSYNC_SERVER: server.url, PAGER: "cat" }));

/** Returns the lines that a command prints to a terminal, without status messages, which terminals may wrap. */
async function readLines(args: readonly string[], columns: number, env: object = {}): Promise<readonly string[]> {
  const script = 'exec "$0" "$@" 2>/dev/null';
  const terminal = startPty(["-c", script, process.execPath, cliPath, ...args], {
    program: "/bin/sh",
    env: { ...home.env, ...env },
    columns,
  });
  onTestFinished(() => terminal.kill());
  await terminal.waitForExit();
  return terminal.text.trimEnd().split("\n");
}

const commands = [
  ["keys", "list"],
  ["keys", "list", "--status", "all", "--fields", "id,name,clientId,lastUsedAt,ipAllowlist,createdOn"],
  ["keys", "show", id],
  ["keys", "allow-ip", id, "--list"],
  ["audit"],
  ["companies", "list"],
  ["whoami"],
  ["doctor"],
] as const;

describe("no command prints a line that is wider than the terminal", () => {
  const anyName = fc.oneof(
    fc.string({ minLength: 1, maxLength: 100, unit: "grapheme-ascii" }),
    fc
      .array(fc.constantFrom("CRM", "Integration", "漢字", "👩‍👩‍👧", "x".repeat(40)), { minLength: 1, maxLength: 8 })
      .map((words) => words.join(" ")),
  );
  const anyAddress = fc.constantFrom("203.0.113.7/32", "2001:db8:1234:5678:9abc:def0:1234:5678/128");

  it.each(commands.map((words) => [words]))("%j", async (words) => {
    await fc.assert(
      fc.asyncProperty(anyName, anyAddress, fc.constantFrom(50, 80, 120), async (anyText, network, columns) => {
        name = anyText;
        address = network;
        for (const line of await readLines(words, columns)) {
          expect(stringWidth(line), line).toBeLessThanOrEqual(columns);
        }
      }),
      // Stop at the first failure instead of shrinking it, because each case starts a process.
      { numRuns: 4, endOnFailure: true },
    );
  });

  it.each([
    [["--help"], 80],
    [["keys", "list", "--help"], 80],
    [["keys", "rotate", "--help"], 80],
    [["help", "rotation"], 80],
  ] as const)("%j, at %i columns", async (words, columns) => {
    for (const line of await readLines(words, columns)) expect(line.length, line).toBeLessThanOrEqual(columns);
  });
});

describe("a terminal without capabilities", () => {
  it("gets text without control sequences", async () => {
    name = "CRM";
    address = "203.0.113.7/32";
    for (const words of [...commands, ["--help"]]) {
      const lines = await readLines(words, 80, { TERM: "dumb" });
      // biome-ignore lint/suspicious/noControlCharactersInRegex: exactly these must not be there
      expect(lines.join("\n"), words.join(" ")).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f]/);
    }
  });
});
