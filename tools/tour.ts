import { spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { styleText } from "node:util";
import { adminEmail, createAdmin, type LocalServer, startLocalServer } from "./local-server.ts";
import { cliEntry } from "./paths.ts";
import { renderText } from "./screen.ts";
import { type Answer, runInTerminal } from "./terminal.ts";

/**
 * `pnpm tour`: shows the life of a key in about a minute, with a real server and the built CLI in a real terminal. If a
 * step fails, the tour ends with a non-zero exit code. It removes everything that it created.
 */
const folder = mkdtempSync(join(tmpdir(), "briksync-tour-"));
const firstPassword = randomBytes(15).toString("base64url");
const password = randomBytes(15).toString("base64url");

const columns = 110;

class TourError extends Error {}

function print(text: string): void {
  process.stdout.write(text);
}

function heading(text: string): void {
  print(`\n${styleText("bold", `── ${text} `)}${styleText("dim", "─".repeat(Math.max(0, 76 - text.length)))}\n\n`);
}

function quote(argument: string): string {
  return /^[\w@./:=-]+$/.test(argument) ? argument : `"${argument}"`;
}

/** The expected output and the expected exit code of a step. */
interface Expectation {
  readonly shows?: readonly (string | RegExp)[];
  readonly exitCode?: number;
}

function createCli(env: Record<string, string>) {
  return async (
    args: readonly string[],
    answers: readonly Answer[] = [],
    expected: Expectation = {},
  ): Promise<string> => {
    print(`${styleText("cyan", "$")} briksync ${args.map(quote).join(" ")}\n`);
    const isLive = process.stdout.isTTY;
    const { output, exitCode } = await runInTerminal(args, {
      env,
      answers,
      columns,
      ...(isLive ? { onOutput: print } : {}),
    });
    print(isLive ? "\n" : `${await renderText(output, columns)}\n\n`);
    if (exitCode !== (expected.exitCode ?? 0)) {
      throw new TourError(
        `briksync ${args.join(" ")} ended with exit code ${exitCode}, expected ${expected.exitCode ?? 0}`,
      );
    }
    for (const text of expected.shows ?? []) {
      const isShown = typeof text === "string" ? output.includes(text) : text.test(output);
      if (!isShown) throw new TourError(`briksync ${args.join(" ")} did not show ${String(text)}`);
    }
    return output;
  };
}

function readOutput(output: string, pattern: RegExp, what: string): string {
  const found = pattern.exec(output)?.[0];
  if (found === undefined) throw new TourError(`The output shows no ${what}`);
  return found;
}

/** Calls verify as a service behind a proxy does, and prints the call and the response. Throws on another status. */
async function callWithKey(
  server: LocalServer,
  headers: Readonly<Record<string, string>>,
  shown: readonly string[],
  expected: { readonly status: number; readonly contains?: string },
): Promise<void> {
  // curl reads the header from stdin, because every user of the machine can read command lines.
  const url = `${server.url}/external/v1/auth/verify`;
  print(`${styleText("cyan", "$")} curl -sS -H @- ${url} <<< "${shown.join("\n")}"\n`);
  const response = await fetch(url, { headers });
  const body = await response.text();
  print(`HTTP ${response.status}  ${body}\n\n`);
  if (response.status !== expected.status || !body.includes(expected.contains ?? "")) {
    throw new TourError(`The call answered ${response.status}, expected ${expected.status} ${expected.contains ?? ""}`);
  }
}

/** Returns whether this system has a working keychain, according to `briksync doctor`. */
function findKeychain(env: Record<string, string>): boolean {
  const { stdout } = spawnSync(process.execPath, [cliEntry, "doctor", "-o", "json"], {
    env: { ...process.env, ...env },
    encoding: "utf8",
  });
  const findings: Array<{ check: string; status: string }> = JSON.parse(stdout);
  return findings.some((finding) => finding.check === "keychain" && finding.status === "ok");
}

async function walk(server: LocalServer): Promise<void> {
  const env = { BRIKSYNC_SERVER: server.url, BRIKSYNC_CONFIG_DIR: join(folder, "config") };
  const briksync = createCli(env);

  heading("Sign in; the first password must be changed");
  const hasKeychain = findKeychain(env);
  await briksync(
    ["login", "--email", adminEmail, ...(hasKeychain ? [] : ["--insecure-storage"])],
    [
      { question: "Password", type: firstPassword },
      { question: "New password", type: password },
      { question: /again|Repeat|Confirm/i, type: password },
    ],
    { shows: ["Signed in"] },
  );
  print(
    `(The session is ${hasKeychain ? "in the keychain of this system" : "in a file: this machine has no usable keychain"}.)\n`,
  );
  await briksync(["whoami"], [], { shows: [adminEmail, "Acme Corp"] });

  heading("Create two keys");
  const created = await briksync(["keys", "create", "CRM Integration"], [], { shows: [/sec_[0-9a-f]{48}/] });
  const clientId = readOutput(created, /api_[0-9a-f]{24}/, "client id");
  const secret = readOutput(created, /sec_[0-9a-f]{48}/, "secret");
  await briksync(["keys", "create", "Payroll Integration"]);
  await briksync(["keys", "list"], [], { shows: ["CRM Integration", "Payroll Integration"] });

  heading("Allow one network, and the address this terminal calls from");
  await briksync(["keys", "allow-ip", "CRM Integration", "203.0.113.0/24", "--me", "--note", "office"], [], {
    shows: ["203.0.113.0/24", "127.0.0.1/32"],
  });

  heading("Use the key, in both documented forms");
  const pair = { "x-api-key": clientId, "x-api-secret": secret };
  await callWithKey(server, pair, [`x-api-key: ${clientId}`, "x-api-secret: $SECRET"], {
    status: 200,
    contains: "CRM Integration",
  });
  await callWithKey(server, { authorization: `Bearer ${secret}` }, ["Authorization: Bearer $SECRET"], {
    status: 200,
    contains: clientId,
  });

  heading("From another address (as a trusted proxy reports it) the same key is refused");
  await callWithKey(
    server,
    { authorization: `Bearer ${secret}`, "x-forwarded-for": "198.51.100.7" },
    ["Authorization: Bearer $SECRET", "X-Forwarded-For: 198.51.100.7"],
    { status: 401, contains: "198.51.100.7" },
  );

  heading("Rename");
  await briksync(["keys", "rename", "CRM Integration", "CRM"], [], { shows: ["CRM"] });

  heading("Rotate: the old secret is refused, the new one accepted");
  const rotated = await briksync(["keys", "rotate", "CRM", "--yes"], [], { shows: [/sec_[0-9a-f]{48}/] });
  const newSecret = readOutput(rotated, /sec_[0-9a-f]{48}/, "secret");
  await callWithKey(server, { authorization: `Bearer ${secret}` }, ["Authorization: Bearer $OLD_SECRET"], {
    status: 401,
    contains: "Invalid API credentials",
  });
  await callWithKey(server, { authorization: `Bearer ${newSecret}` }, ["Authorization: Bearer $NEW_SECRET"], {
    status: 200,
  });

  heading("Revoke: refused from this moment on");
  await briksync(["keys", "revoke", "CRM"], [{ question: "type the name of the key", type: "CRM" }], {
    shows: ["revoked"],
  });
  await callWithKey(server, { authorization: `Bearer ${newSecret}` }, ["Authorization: Bearer $NEW_SECRET"], {
    status: 401,
    contains: "Invalid API credentials",
  });
  await briksync(["keys", "list", "--status", "all"], [], { shows: ["revoked", "active"] });

  heading("Everything left a trace");
  await briksync(["audit", "--limit", "12"], [], { shows: ["key.revoked", "key.rotated", "key.created"] });

  heading("The same in the browser");
  await briksync(["dashboard", "--no-open"], [], { shows: [`${server.url}/settings/api-access`] });

  heading("Sign out");
  await briksync(["logout"]);
  await briksync(["keys", "list"], [], { exitCode: 4 });
}

async function main(): Promise<number> {
  if (!existsSync(cliEntry)) throw new TourError("The CLI is not built. Run: pnpm build");
  // This machine is a trusted proxy, so that the tour can show a call from another address.
  const env = {
    DATABASE_URL: `sqlite:${join(folder, "briksync.db")}`,
    PORT: "0",
    TRUSTED_PROXIES: "127.0.0.1",
    LOG_LEVEL: "warn",
  };
  heading("A server with an embedded database, a company, an admin");
  await createAdmin(env, firstPassword, ["--must-change-password"]);
  const server = await startLocalServer(env);
  print(`The server listens at ${server.url}; its database is ${join(folder, "briksync.db")}\n`);
  try {
    await walk(server);
  } finally {
    await server.stop();
  }
  print(`\n${styleText("green", "✓")} Every step worked. To continue by hand:

  npx -y -p node@24 -p pnpm@12 pnpm start     # a server that keeps its data, and the lines to paste for the CLI
  npx -y -p node@24 node "${cliEntry}" --help
`);
  return 0;
}

try {
  process.exitCode = await main();
} catch (error) {
  if (!(error instanceof TourError)) throw error;
  console.error(`\n✗ ${error.message}`);
  process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
