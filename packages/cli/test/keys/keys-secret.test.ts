import { createReadStream } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { presentSecret } from "../support/admin.ts";
import { spawnCli, waitForEnd } from "../support/cli-process.ts";
import { useAdmin, useServer, useTerminal } from "../support/lifetimes.ts";
import type { PtySession } from "../support/pty.ts";
import { runShell } from "../support/shell.ts";

const server = useServer();
const admin = useAdmin(server);

function openTerminal(args: readonly string[], columns = 100): PtySession {
  return useTerminal(args, { env: admin.env, columns });
}

const secretPattern = /sec_[0-9a-f]{48}/g;

describe("a new secret at a terminal", () => {
  it("is shown once, in a frame with nothing else on its lines, and with the next steps", async () => {
    const terminal = openTerminal(["keys", "create", "Framed"], 80);
    expect((await terminal.waitForExit()).exitCode).toBe(0);
    const { text } = terminal;
    const [secret = "", ...more] = text.match(secretPattern) ?? [];
    expect(more).toEqual([]);
    expect(text).toContain('✓ Created "Framed".');
    expect(text).toMatch(new RegExp(`^ {2}Client secret {2}${secret}$`, "m"));
    expect(text).toMatch(/^ {2}Client ID {6}api_[0-9a-f]{24}$/m);
    expect(text).toContain("The secret is shown only once.");
    expect(text).toMatch(/Verify {4}briksync keys verify/);
    expect(text).toMatch(/Restrict {2}briksync keys allow-ip api_[0-9a-f]{24} --me/);
    for (const line of text.split("\n")) expect(line.length).toBeLessThanOrEqual(80);
    expect(await presentSecret(server, secret)).toBe(200);
  });

  it("can also be printed alone", async () => {
    const terminal = openTerminal(["keys", "create", "Alone at a terminal", "--secret-only", "-q"]);
    expect((await terminal.waitForExit()).exitCode).toBe(0);
    expect(terminal.text.trim()).toMatch(/^sec_[0-9a-f]{48}$/);
  });

  it("warns if another key has the same name", async () => {
    await admin.createKey("Twin");
    const terminal = openTerminal(["keys", "create", "Twin"]);
    await terminal.waitFor("Another active key has the same name");
    expect((await terminal.waitForExit()).exitCode).toBe(0);
  });
});

describe("a new secret without a terminal", () => {
  it("C-05 is on its own line on stdout, and the notice is on stderr", async () => {
    const { exitCode, stdout, stderr } = await admin.run(["keys", "create", "Lines"]);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(
      /^Name {11}Lines\nClient ID {6}api_[0-9a-f]{24}\nClient secret {2}sec_[0-9a-f]{48}\nID {13}[0-9a-f-]{36}\n$/,
    );
    expect(stderr).toBe('✓ Created "Lines".\n');
    expect(stderr).not.toMatch(secretPattern);
  });

  it("C-05 is the only output on stdout with --secret-only, for create and rotate", async () => {
    const created = await admin.run(["keys", "create", "Only", "--secret-only"]);
    expect(created.stdout).toMatch(/^sec_[0-9a-f]{48}\n$/);
    const rotated = await admin.run(["keys", "rotate", "Only", "--secret-only", "--yes", "-q"]);
    expect(rotated).toMatchObject({ exitCode: 0, stderr: "" });
    expect(rotated.stdout).toMatch(/^sec_[0-9a-f]{48}\n$/);
    expect(await presentSecret(server, created.stdout.trim())).toBe(401);
    expect(await presentSecret(server, rotated.stdout.trim())).toBe(200);
  });

  it("C-05 is printed with the key with -o json, and stderr is empty", async () => {
    const { stdout, stderr } = await admin.run([
      "keys",
      "create",
      "Json",
      "--allow-ip",
      "::ffff:203.0.113.7",
      "-o",
      "json",
    ]);
    const printed = JSON.parse(stdout);
    expect(stdout).toBe(`${JSON.stringify(printed, null, 2)}\n`);
    expect(Object.keys(printed).slice(0, 4)).toEqual(["id", "name", "clientId", "clientSecret"]);
    const { clientSecret, ...rest } = printed;
    expect(clientSecret).toMatch(/^sec_[0-9a-f]{48}$/);
    expect(rest).toEqual(await admin.fetchJson(`/keys/${printed.id}`));
    expect(printed.ipAllowlist).toMatchObject([{ cidr: "203.0.113.7/32" }]);
    expect(stderr).toBe("");
  });

  it("C-05 is in its own column with -o csv", async () => {
    const { stdout } = await admin.run(["keys", "rotate", "Json", "--yes", "-o", "csv"]);
    expect(stdout).toMatch(/^name,clientId,clientSecret,id\nJson,api_[0-9a-f]{24},sec_[0-9a-f]{48},[0-9a-f-]{36}\n$/);
  });

  it("is not created if the output would lose it", async () => {
    const before = await admin.countKeys();
    for (const args of [
      ["keys", "create", "Lost", "-o", "ids"],
      ["keys", "create", "Lost", "-o", "json", "--secret-only"],
      ["keys", "rotate", "Json", "--yes", "-o", "ids"],
    ]) {
      const { exitCode, stdout, stderr } = await admin.run(args);
      expect({ args, exitCode, stdout }).toEqual({ args, exitCode: 2, stdout: "" });
      expect(stderr).toContain(args.includes("ids") ? "-o ids would lose the secret" : "cannot be combined");
    }
    expect(await admin.countKeys()).toBe(before);
  });

  it("C-10 reports a secret that cannot be written, and the same command shows it again", async () => {
    const script = '{ briksync keys create Unread --secret-only; echo "exit $?" >&2; } | true';
    const { stderr } = await runShell(script, { env: admin.env, cwd: admin.directory });
    expect(stderr).toContain("exit 1");
    expect(stderr).toContain("the new secret could not be written");
    expect(stderr).toContain("run: briksync keys create Unread --secret-only\n");
    const before = await admin.countKeys();
    const again = await admin.run(["keys", "create", "Unread", "--secret-only"]);
    expect(again).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/^sec_[0-9a-f]{48}\n$/) });
    expect(again.stderr).toMatch(/^✓ Recovered the secret of "Unread"\. The creation of the key started .*\.\n$/);
    expect(await presentSecret(server, again.stdout.trim())).toBe(200);
    expect(await admin.countKeys()).toBe(before);
  });
});

describe("C-04 a new secret in GitHub Actions", () => {
  it("is masked before it can be printed, and the mask is never in the captured data", async () => {
    for (const args of [
      ["keys", "create", "Masked", "--secret-only", "-q"],
      ["keys", "rotate", "Masked", "--yes", "-o", "json"],
      ["keys", "rotate", "Masked", "--yes"],
    ]) {
      const child = spawnCli(args, { env: { ...admin.env, GITHUB_ACTIONS: "true" } });
      const order: string[] = [];
      child.process.stderr.on("data", (text) => order.push(`stderr ${String(text).trim().split(" ")[0]}`));
      child.process.stdout.on("data", () => order.push("stdout"));
      expect(await waitForEnd(child, 20_000)).toMatchObject({ exitCode: 0 });
      const [stdout, stderr] = await Promise.all([child.texts.stdout, child.texts.stderr]);
      const [secret = "none"] = stdout.match(secretPattern) ?? [];
      expect(stderr.split("\n")[0]).toBe(`::add-mask::${secret}`);
      expect(stdout).not.toContain("::");
      expect(order[0]).toBe(`stderr ::add-mask::${secret}`);
    }
  });

  it("is not masked outside CI, where the command would print it", async () => {
    const { stderr } = await admin.run(["keys", "create", "Unmasked", "--secret-only"], {
      env: { GITHUB_ACTIONS: "false" },
    });
    expect(stderr).not.toContain("add-mask");
  });
});

describe("C-04 a secret", () => {
  it("is in no argument, environment, file or debug line of the run that creates it", async () => {
    const child = spawnCli(["keys", "create", "Canary", "--secret-only", "--debug"], { env: admin.env });
    const seen: string[] = [];
    const watch = setInterval(() => {
      for (const name of ["cmdline", "environ"])
        createReadStream(`/proc/${child.process.pid}/${name}`)
          .on("data", (text) => seen.push(String(text)))
          .on("error", () => {});
    }, 20);
    expect(await waitForEnd(child, 20_000)).toMatchObject({ exitCode: 0 });
    clearInterval(watch);
    const secret = (await child.texts.stdout).trim();
    const stderr = await child.texts.stderr;
    expect(stderr).toContain("debug: → POST /external/v1/auth/keys");
    const verified = await admin.run(["keys", "verify", "--debug"], { stdin: secret });
    expect(verified.exitCode).toBe(0);
    const random = secret.slice(4);
    if (process.platform === "linux") expect(seen.join("")).toContain("Canary");
    for (const text of [...seen, stderr, verified.stderr, verified.stdout]) expect(text).not.toContain(random);
    await expect(readFile(join(admin.configDirectory, "config.json"), "utf8")).rejects.toThrow("ENOENT");
  });
});

describe("a new key", () => {
  it("is refused with the server's reason for an invalid name, and creates nothing", async () => {
    const before = await admin.countKeys();
    for (const [name, reason] of [
      ["", "A name must have 1 to 100 characters"],
      ["   ", "A name must have 1 to 100 characters"],
      ["x".repeat(101), "A name must have at most 100 characters. This one has 101"],
      ["two\nlines", "must not contain line breaks"],
      ["zero\u200bwidth", "must not contain invisible characters"],
      ["\u202etxt.exe", "characters that change the text direction"],
    ] as const) {
      const { exitCode, stdout, stderr } = await admin.run(["keys", "create", name]);
      expect({ name, exitCode, stdout }).toEqual({ name, exitCode: 6, stdout: "" });
      expect(stderr).toContain(reason);
      expect(stderr.split(reason)).toHaveLength(2);
    }
    expect(await admin.countKeys()).toBe(before);
  });

  it("C-05 warns in text, without a confirmation, if the allowlist excludes the caller", async () => {
    const create = (name: string, ...more: string[]) => admin.run(["keys", "create", name, "--secret-only", ...more]);
    const excluded = await create("Elsewhere", "--allow-ip", "203.0.113.0/24");
    expect(excluded).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/^sec_[0-9a-f]{48}\n$/) });
    const warning = "! This list excludes your own address, 127.0.0.1. To allow it, pass --allow-ip 127.0.0.1.\n";
    expect(excluded.stderr).toBe(`${warning}✓ Created "Elsewhere".\n`);
    const included = await create("Here too", "--allow-ip", "203.0.113.0/24", "--allow-ip", "127.0.0.0/8");
    expect(included.stderr).toBe('✓ Created "Here too".\n');
  });

  it("S-21 is refused with a list of all invalid addresses, and sends nothing", async () => {
    const before = await admin.countKeys();
    const { exitCode, stderr } = await admin.run([
      "keys",
      "create",
      "Bad",
      "--allow-ip",
      "203.0.113.7/24",
      "--allow-ip",
      "10/8",
      "--allow-ip",
      "10.0.0.0/8",
    ]);
    expect(exitCode).toBe(6);
    expect(stderr).toContain(
      '"203.0.113.7/24" has bits set after its prefix. The network is 203.0.113.0/24, and the single address is 203.0.113.7.',
    );
    expect(stderr).toContain('"10/8" is not an IP address or CIDR range.');
    expect(await admin.countKeys()).toBe(before);
  });

  it("can have any visible name, including one that starts with a dash", async () => {
    for (const name of [
      "会计系统集成（生产环境）",
      "🚀 Deploy",
      "-dash",
      'it\'s "quoted" $HOME `x`',
      "كشوف المرتبات",
    ]) {
      const key = await admin.createKey(name);
      expect(key.name).toBe(name);
      const shown = await admin.run(["keys", "show", "-o", "ids", "--", name]);
      expect(shown.stdout).toBe(`${key.id}\n`);
    }
  });
});
