import { spawnSync } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import Database from "better-sqlite3";
import { beforeAll, beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { cliPath } from "../support/cli-process.ts";
import { useHome, useServer, useTerminal } from "../support/lifetimes.ts";
import type { PtySession } from "../support/pty.ts";
import { startServer } from "../support/server-process.ts";
import { type StubServer, sendJson, startStubServer } from "../support/stub-server.ts";

const hasProgram = (name: string): boolean => spawnSync("sh", ["-c", `command -v ${name}`]).status === 0;

const server = useServer();
let token: string;
const home = useHome(() => ({ BRIKSYNC_SERVER: server.url, BRIKSYNC_TOKEN: token }));
const clientIds = new Map<string, string>();
const names = ["CRM Integration", "Accounting", "it's 50% $HOME; `x`", "Twin", "Twin", "a:b=c", "--yes", "-x"];

beforeAll(async () => {
  const account = await server.createAccount();
  token = await server.signIn(account);
  for (const name of names) {
    const response = await fetch(`${server.url}/external/v1/auth/keys`, {
      method: "POST",
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      body: JSON.stringify({ name }),
    });
    expect(response.status).toBe(201);
    const { clientId } = (await response.json()) as { clientId: string };
    clientIds.set(name, clientId);
  }
});
beforeEach(async () => {
  const bin = join(home.directory, "bin");
  await mkdir(bin);
  await writeFile(join(bin, "briksync"), `#!/bin/sh\nexec "${process.execPath}" "${cliPath}" "$@"\n`, { mode: 0o755 });
});

const withBin = (): Record<string, string> => ({
  ...home.env,
  PATH: `${join(home.directory, "bin")}:${home.env["PATH"]}`,
});

describe("briksync __complete", () => {
  const complete = async (
    words: readonly string[],
    env: Record<string, string | undefined> = {},
  ): Promise<string[]> => {
    const result = await home.run(["__complete", "--", ...words], { env });
    expect({ exitCode: result.exitCode, stderr: result.stderr }).toEqual({ exitCode: 0, stderr: "" });
    return result.stdout.split("\n").filter(Boolean);
  };

  it("offers commands, then options and their values", async () => {
    expect(await complete([""])).toEqual(expect.arrayContaining(["login", "whoami", "keys", "companies", "doctor"]));
    expect(await complete([""])).not.toContain("__complete");
    expect(await complete(["comp"])).toEqual(["companies", "completion"]);
    expect(await complete(["companies", ""])).toEqual(["list", "use"]);
    expect(await complete(["login", "--em"])).toEqual(["--email"]);
    expect(await complete(["whoami", "-o", "j"])).toEqual(["json"]);
    expect(await complete(["whoami", "--output=c"])).toEqual(["--output=csv"]);
    expect(await complete(["completion", ""])).toEqual(["bash", "zsh", "fish"]);
    expect(await complete(["--server", "x", "-o", "ids", "companies", "u"])).toEqual(["use"]);
  });

  it("offers commands and topics after help, at every depth, and no keys", async () => {
    expect(await complete(["help", ""])).toEqual(expect.arrayContaining(["login", "keys", "rotation", "pipelines"]));
    expect(await complete(["help", "keys", "ro"])).toEqual(["rotate"]);
    expect(await complete(["keys", "help", "ro"])).toEqual(["rotate"]);
    expect(await complete(["help", "keys", "show", ""])).toEqual([]);
    expect(await complete(["--profile", "help", "comp"])).toEqual(["companies", "completion"]);
  });

  it("offers names beyond the first pages of keys", async () => {
    const databasePath = join(home.directory, "many.db");
    const many = await startServer({ DATABASE_URL: `sqlite:${databasePath}` });
    onTestFinished(() => many.stop());
    const account = await many.createAccount();
    const database = new Database(databasePath);
    const { id } = database.prepare("select id from companies").get() as { id: string };
    const insert = database.prepare(
      "insert into api_keys (id, company_id, name, client_id, status, created_on) values (?, ?, ?, ?, 'active', ?)",
    );
    database.transaction(() => {
      for (let index = 0; index < 2500; index += 1) {
        const hex = index.toString(16).padStart(12, "0");
        const createdOn = new Date(Date.UTC(2026, 0, 1) + index).toISOString();
        const name = { 2000: "Accounting", 2001: "\u00c9clair" }[index] ?? `Key ${index}`;
        insert.run(`00000000-0000-4000-8000-${hex}`, id, name, `api_${hex}${hex}`, createdOn);
      }
    })();
    database.close();
    const env = { BRIKSYNC_SERVER: many.url, BRIKSYNC_TOKEN: await many.signIn(account) };
    // Completion stops reading pages after one second, so a busy machine may not read all of them.
    const offer = (word: string) =>
      expect.poll(() => complete(["keys", "show", word], env), { timeout: 60_000, interval: 10 });
    await offer("key 2499").toEqual(["Key 2499"]);
    await offer("api_0000000009c3").toEqual(["api_0000000009c30000000009c3"]);
    await offer("").toHaveLength(500);
    await offer("key ").toHaveLength(500);
    await offer("\u00e9").toEqual(["\u00c9clair"]);
    // Names that start with "a" come first, followed by client IDs that start with "a".
    await offer("a").toEqual(["Accounting"]);
  });

  it("asks the server for names with a prefix, and reads all pages of a server without that filter", async () => {
    const many = Array.from({ length: 640 }, (_, index) => ({
      ...{ id: `k${index}`, name: `Key ${index}`, clientId: `api_${index}`, status: "active" },
      ...{ lastUsedAt: null, createdOn: "2026-01-01T00:00:00.000Z" },
    }));
    const queries: URLSearchParams[] = [];
    const old = await startStubServer((request, response) => {
      const query = new URL(request.url ?? "", "http://server.example").searchParams;
      queries.push(query);
      if (query.has("namePrefix")) {
        const error = { code: 422, message: "Unknown parameter", type: "VALIDATION_FAILED" };
        return sendJson(response, 422, {
          error: { ...error, details: [{ path: "/namePrefix", message: "is unknown" }] },
        });
      }
      const from = Number(query.get("cursor") ?? 0);
      if (from === 0) response.setHeader("link", '<?cursor=320>; rel="next"');
      sendJson(response, 200, many.slice(from, from + 320));
    });
    onTestFinished(() => old.stop());
    const env = { BRIKSYNC_SERVER: old.url, BRIKSYNC_TOKEN: "t" };
    expect(await complete(["keys", "show", "key 63"], env)).toEqual([
      "Key 63",
      ...Array.from({ length: 10 }, (_, index) => `Key 63${index}`),
    ]);
    expect(queries.map((query) => [query.get("namePrefix"), query.get("cursor")])).toEqual([
      ["key 63", null],
      [null, null],
      [null, "320"],
    ]);
  });

  it("offers the names of active keys, and the client IDs of keys with the same name", async () => {
    const offered = await complete(["keys", "show", ""]);
    expect(offered).toEqual(expect.arrayContaining(["CRM Integration", "Accounting", "a:b=c"]));
    expect(offered).not.toContain("Twin");
    // A name that looks like an option is offered as its client ID.
    expect(offered.filter((name) => name.startsWith("-"))).toEqual([]);
    expect(offered).toEqual(expect.arrayContaining([clientIds.get("--yes"), clientIds.get("-x")]));
    expect(offered.filter((name) => name.startsWith("api_"))).toHaveLength(4);
    expect(await complete(["keys", "show", "crm"])).toEqual(["CRM Integration"]);
    expect((await complete(["keys", "show", "api_"])).length).toBe(names.length);
  });

  it("offers companies and profiles", async () => {
    expect(await complete(["companies", "use", "Acm"])).toEqual([expect.stringMatching(/^Acme Corp/)]);
    await mkdir(home.configDirectory, { recursive: true });
    const profiles = { work: { server: "https://api.example.com" }, default: {} };
    await writeFile(join(home.configDirectory, "config.json"), JSON.stringify({ version: 1, profiles }));
    expect((await complete(["--profile", ""])).sort()).toEqual(["default", "work"]);
  });

  it("offers nothing if it is not signed in, the server is down or hangs, or the profile is broken", async () => {
    const hanging: StubServer = await startStubServer(() => {});
    try {
      for (const env of [
        { BRIKSYNC_TOKEN: undefined },
        { BRIKSYNC_SERVER: "http://127.0.0.1:9" },
        { BRIKSYNC_SERVER: hanging.url },
        { BRIKSYNC_SERVER: "nonsense" },
        { BRIKSYNC_PROFILE: "unknown" },
      ]) {
        // Calls of other commands wait for 30 s, which is longer than the time limit of this run.
        expect(await complete(["keys", "show", ""], env)).toEqual([]);
      }
    } finally {
      await hanging.stop();
    }
  });

  it("accepts invalid command lines", async () => {
    for (const words of [
      ["--"],
      ["-"],
      ["--nope="],
      ["keys", "--", "x"],
      ["x", "y", "z"],
      ["companies", "use", "a", "b"],
    ]) {
      await complete(words);
    }
    expect((await home.run(["__complete"])).exitCode).toBe(0);
  });
});

describe.each(["bash", "zsh", "fish"] as const)("in a real %s", (shell) => {
  let terminal: PtySession;

  const isMissing = !hasProgram(shell);
  const unless = it.skipIf(isMissing && !(shell === "bash" && process.env["CI"] === "true"));

  async function open(): Promise<void> {
    const start = { bash: ["--norc", "--noprofile", "-i"], zsh: ["-f", "-i"], fish: ["--no-config", "-i"] }[shell];
    const setup = {
      bash: "source <(briksync completion bash); PS1='rea''dy> '",
      zsh: "autoload -U compinit && compinit -u; source <(briksync completion zsh); PS1='rea''dy> '",
      fish: "briksync completion fish | source; function fish_prompt; echo 'rea''dy> '; end",
    }[shell];
    const program = spawnSync("sh", ["-c", `command -v ${shell}`], { encoding: "utf8" }).stdout.trim();
    terminal = useTerminal(start, { program, env: withBin(), columns: 160 });
    terminal.enter(setup);
    await terminal.waitFor("ready> ");
  }

  const why = isMissing ? `(${shell} is not installed) ` : "";

  unless(`${why}completes commands, and key names so that the shell reads them back`, async () => {
    await open();
    terminal.type("briksync compan\t");
    await terminal.waitFor("companies ");
    terminal.type("\u0015");
    for (const [typed, completed, clientId] of [
      ["CR", "Integration", clientIds.get("CRM Integration")],
      ["it", /50\\?%/, clientIds.get("it's 50% $HOME; `x`")],
    ] as const) {
      terminal.type(`briksync keys show ${typed}\t`);
      await terminal.waitFor(completed);
      terminal.enter();
      await terminal.waitFor(clientId ?? "a client id");
    }
  });

  unless(`${why}never runs what is being typed`, async () => {
    await open();
    const witness = join(home.directory, "witness");
    for (const typed of [`briksync keys show $(touch ${witness}) A`, `briksync keys show '$(touch ${witness})`]) {
      terminal.type(`${typed}\t`);
      await setTimeout(1500);
      expect(spawnSync("test", ["-e", witness]).status, typed).toBe(1);
      terminal.type("\u0003");
      await terminal.waitFor("ready> ");
    }
  });
});
