import { execFileSync } from "node:child_process";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { presentSecret } from "../support/admin.ts";
import { useAdmin, useDirectory, useKey, useServer } from "../support/lifetimes.ts";
import { runShell } from "../support/shell.ts";

const server = useServer();
const admin = useAdmin(server);
const directory = useDirectory(admin);
const key = useKey(admin);
const undoing: (() => void)[] = [];

afterEach(async () => {
  for (const undo of undoing.splice(0)) undo();
});

const isLinux = process.platform === "linux";
const canMount = isLinux && process.getuid?.() === 0;
const secretPattern = /sec_[0-9a-f]{48}/;

const run = (script: string, env: Readonly<Record<string, string>> = {}) =>
  runShell(script, { cwd: directory.path, env: { ...admin.env, ...env, KEY: key.id } });

async function listNames(): Promise<string[]> {
  return (await admin.fetchJson<{ name: string }[]>("/keys")).map(({ name }) => name);
}

const commands = [
  "keys rotate $KEY --yes --secret-only -q",
  "keys create Lost",
  "keys rotate $KEY --yes",
  "keys rotate $KEY --yes -o json",
  "keys rotate $KEY --yes --grace 1h -o csv",
  "keys rotate $KEY --staged",
  "keys create Lost --secret-only -q",
  "keys create Lost -o json",
];

/** Redirections that lose the output of a command, and the error for each. */
const lossyOutputs = [
  [(command: string) => `${command} >&-`, "it is closed"],
  [(command: string) => `${command} > /dev/null`, "/dev/null"],
  [(command: string) => `${command} 1< /dev/null`, "/dev/null"],
  [(command: string) => `${command} > /dev/full`, "a device"],
  [(command: string) => `${command} 1< read-only`, "it is not open for writing"],
  [(command: string) => `${command} 1< .`, "it is a directory"],
  [(command: string) => `exec 3> gone; rm gone; ${command} >&3 3>&-`, "its file was deleted"],
] as const;

describe("C-11 a command that shows a secret", () => {
  it.skipIf(!isLinux)("changes nothing if standard output would lose it", async () => {
    await writeFile(join(directory.path, "read-only"), "old");
    // Test each command once and each output once.
    const trials = commands.map((command, at) => ({ command, output: lossyOutputs[at % lossyOutputs.length] }));
    for (const { command, output } of trials) {
      const [redirect, reason] = output ?? lossyOutputs[0];
      const { exitCode, stderr, stdout } = await run(redirect(`briksync ${command}`));
      expect({ command, exitCode, stdout }, reason).toEqual({ command, exitCode: 1, stdout: "" });
      expect(stderr).toMatch(/Standard output would lose the secret because .*Nothing was changed\./);
      expect(stderr).toContain(reason);
      expect(stderr).toContain("--to file:crm.key");
    }
    expect(await presentSecret(server, key.clientSecret)).toBe(200);
    expect(await admin.fetchJson(`/keys/${key.id}`)).toMatchObject({ rotation: null, rotatedOn: null });
    expect(await listNames()).not.toContain("Lost");
    expect(await directory.read("read-only")).toBe("old");
  });

  it.skipIf(!isLinux)(
    "discards the secret of a new key only with all three of --secret-only, --quiet and /dev/null",
    async () => {
      const discarded = await run("briksync keys create Discarded --secret-only -q > /dev/null");
      expect(discarded).toMatchObject({ exitCode: 0, stdout: "", stderr: "" });
      expect(await listNames()).toContain("Discarded");
      for (const command of [
        "briksync keys create Kept --secret-only > /dev/null",
        "briksync keys create Kept -q > /dev/null",
        "briksync keys create Kept --secret-only -q >&-",
        "briksync keys create Kept --secret-only -q 1<> /dev/null",
        "briksync keys create Kept --secret-only -q > /dev/full",
        "briksync keys rotate $KEY --yes --secret-only -q > /dev/null",
        "briksync keys rotate $KEY --staged --secret-only -q > /dev/null",
      ]) {
        expect(await run(command), command).toMatchObject({ exitCode: 1, stdout: "" });
      }
      expect(await listNames()).not.toContain("Kept");
      expect(await presentSecret(server, key.clientSecret)).toBe(200);
    },
  );

  it("accepts every output that can be read afterwards: a file, a named pipe, a program", async () => {
    const script = `
      briksync keys rotate $KEY --yes --secret-only > file
      briksync keys verify -q < file || exit 1
      mkfifo fifo; cat fifo > from-fifo &
      briksync keys rotate $KEY --yes --secret-only > fifo; wait
      briksync keys verify -q < from-fifo || exit 2
      briksync keys rotate $KEY --yes --secret-only | cat > from-pipe
      briksync keys verify -q < from-pipe || exit 3
      briksync keys rotate $KEY --yes --to file:destination >&-
      briksync keys verify -q < destination || exit 4`;
    const { exitCode, stderr } = await run(script);
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
  });

  it("C-10 says how to recover a secret after its reader exited, and that command recovers it", async () => {
    for (const command of ["keys rotate $KEY --yes --secret-only", "keys create 'Not read' -o json"]) {
      const lost = await run(`{ briksync ${command}; echo $? > code; } | true`);
      expect((await directory.read("code")).trim()).toBe("1");
      expect(lost.stderr).toContain("could not be written");
      const [, hint = ""] = /To recover the same secret within 24 hours, run: (.*?)"?,?$/m.exec(lost.stderr) ?? [];
      const again = await run(hint);
      expect(again).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(secretPattern) });
      const [secret = ""] = secretPattern.exec(again.stdout) ?? [];
      expect(await presentSecret(server, secret)).toBe(200);
    }
    expect((await listNames()).filter((name) => name === "Not read")).toHaveLength(1);
  });

  it.skipIf(!canMount)("C-10 detects a full disk, and a disk that stores only a part of the secret", async () => {
    const disk = join(directory.path, "disk");
    await mkdir(disk);
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=64k", "tmpfs", disk]);
    undoing.push(() => execFileSync("umount", ["--lazy", disk]));
    const full = await run(`dd if=/dev/zero of=disk/filler bs=4k count=100 2> dd.log
      briksync keys rotate $KEY --yes --secret-only > disk/out`);
    expect(full).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining("its disk is full. Nothing was changed."),
    });
    expect(await presentSecret(server, key.clientSecret)).toBe(200);
    // A file size limit stops the write in the middle of the secret, like a disk quota.
    const cut = await run(`dd if=/dev/zero of=out bs=1 count=500 2> dd.log
      ulimit -f 1; trap '' XFSZ; briksync keys rotate $KEY --yes --secret-only >> out`);
    expect(cut).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("could not be written") });
    const again = await run("briksync keys rotate $KEY --yes --secret-only");
    expect(again.stderr).toContain("Recovered the secret");
    expect(await presentSecret(server, again.stdout.trim())).toBe(200);
  });
});

describe("C-04 the mask of a new secret in a pipeline", () => {
  it("is never written to a file or another program, and an unprotected secret is not shown", async () => {
    const env = { GITHUB_ACTIONS: "true" };
    const delivered = [
      "briksync keys rotate $KEY --to file:crm.key > out.log 2>> err.log",
      "briksync keys rotate $KEY --to file:crm.key > out.log 2>&1",
      "briksync keys rotate $KEY --to file:crm.key -q 2>&1 | tee out.log > err.log",
      "briksync keys rotate $KEY --yes --secret-only > crm.key 2> err.log",
    ];
    for (const script of delivered) {
      const { exitCode, stdout, stderr } = await run(`touch out.log err.log; ${script}`, env);
      expect({ script, exitCode }).toEqual({ script, exitCode: 0 });
      const secret = (await directory.read("crm.key")).trim();
      expect(await presentSecret(server, secret)).toBe(200);
      const logs = `${await directory.read("out.log")}${await directory.read("err.log")}`;
      expect(logs + stdout + stderr, script).not.toContain(secret);
      expect(logs, script).toContain("The job log does not mask the new secret because stderr ");
      for (const name of ["out.log", "err.log"]) await rm(join(directory.path, name));
    }
    const before = await directory.read("crm.key");
    for (const script of [
      "SECRET=$(briksync keys rotate $KEY --yes --secret-only 2> err.log); exit $?",
      "briksync keys rotate $KEY --staged > all.log 2>&1",
      "briksync keys rotate $KEY --yes 2>&1 | cat > all.log; grep -q 'same pipe as stdout' all.log && exit 1",
    ]) {
      const { exitCode, stdout } = await run(script, env);
      expect({ script, exitCode, stdout }).toEqual({ script, exitCode: 1, stdout: "" });
    }
    expect(await presentSecret(server, before.trim())).toBe(200);
    // If only stdout is redirected, the runner still reads stderr.
    const masked = await run("briksync keys rotate $KEY --yes --secret-only | tee out.log", env);
    expect(masked.stderr).toContain(`::add-mask::${masked.stdout.trim()}`);
  });

  it("is not written if stderr is closed or a file in Azure Pipelines", async () => {
    const closed = await run("briksync keys rotate $KEY --to file:crm.key 2>&-", { GITHUB_ACTIONS: "true" });
    expect(closed).toMatchObject({ exitCode: 0, stderr: "" });
    const azure = await run("briksync keys rotate $KEY --to file:crm.key 2> err.log", { TF_BUILD: "True" });
    expect(azure).toMatchObject({ exitCode: 0 });
    expect(await directory.read("err.log")).not.toContain("task.setsecret");
    expect(await directory.read("err.log")).not.toMatch(secretPattern);
  });

  it("is required for values that the runner prints: variables and outputs of later steps", async () => {
    await writeFile(join(directory.path, "env"), "");
    const env = {
      GITHUB_ACTIONS: "true",
      GITHUB_ENV: join(directory.path, "env"),
      GITHUB_OUTPUT: join(directory.path, "env"),
    };
    for (const sink of ["github-env:KEY", "github-output:KEY"]) {
      const { exitCode } = await run(`briksync keys rotate $KEY --to ${sink} 2> err.log`, env);
      expect(exitCode).toBe(1);
      expect(await directory.read("err.log")).toMatch(
        /Nothing was changed.*cannot tell the runner to mask it because stderr goes to a file/,
      );
    }
    expect(await directory.read("env")).toBe("");
    expect(await presentSecret(server, key.clientSecret)).toBe(200);
  });
});
