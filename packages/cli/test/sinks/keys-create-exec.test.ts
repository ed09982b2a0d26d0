import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { presentSecret, secretPattern } from "../support/admin.ts";
import { spawnCli, waitForEnd } from "../support/cli-process.ts";
import { isRunning } from "../support/fake-program.ts";
import { useKeyCreation } from "../support/key-creation.ts";
import { useAdmin, useDirectory, useServer } from "../support/lifetimes.ts";

const server = useServer();
const admin = useAdmin(server);
const directory = useDirectory(admin);
const create = useKeyCreation(admin, directory);

describe.skipIf(process.platform === "win32")("keys create --to exec:", () => {
  it.each([
    ["a program", "cat > out"],
    ["a pipeline", "cat | tr -d '\\n' > out"],
    ["a command that opens its standard input as a file", "cp /dev/stdin out"],
    ["a list, quotes and variables", 'X="out"; { umask 077; cat; } > "$X" && :'],
    ["a group with a comment after it", "(cat > out) # done"],
    ["a shell builtin", 'IFS= read -r secret; printf %s "$secret" > out'],
    ["a command that leaves a background process", "cat > out; sleep 40 &"],
  ])("passes exactly the secret to %s", async (_, command) => {
    const { exitCode, stdout, stderr } = await create([`exec:${command}`]);
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
    const secret = await directory.read("out");
    expect(secret).toMatch(secretPattern);
    expect(await presentSecret(server, secret)).toBe(200);
    expect(stdout + stderr).not.toContain(secret.slice(4));
  });

  it("captures everything that the command prints", async () => {
    const { exitCode, stdout, stderr } = await create(["exec:tee /dev/stderr; echo noise"], { more: ["--debug"] });
    expect(exitCode).toBe(0);
    expect(stdout + stderr).not.toMatch(/sec_[0-9a-f]|noise/);
  });

  it("C-04 passes the key in variables, hides the CLI's credentials, and has no terminal", async () => {
    const command = "cat > secret; env > env; (: < /dev/tty) 2>/dev/null && touch tty; true";
    const env = { BRIKSYNC_PASSWORD: "p", BRIKSYNC_CLIENT_SECRET: "c", MINE: "kept" };
    const { stdout } = await create([`exec:${command}`], { name: "C R M $(id)", env, more: ["-o", "json"] });
    const { id, clientId } = JSON.parse(stdout);
    const seen = await directory.read("env");
    for (const line of [
      "BRIKSYNC_KEY_NAME=C R M $(id)",
      `BRIKSYNC_KEY_ID=${id}`,
      `BRIKSYNC_KEY_CLIENT_ID=${clientId}`,
      "MINE=kept",
      `BRIKSYNC_SERVER=${server.url}`,
    ]) {
      expect(seen.split("\n")).toContain(line);
    }
    expect(seen).not.toMatch(/BRIKSYNC_(TOKEN|PASSWORD|CLIENT_SECRET)=/);
    expect(seen).not.toContain((await directory.read("secret")).slice(4));
    expect((await readdir(directory.path)).sort()).toEqual(["env", "secret"]);
  });

  it("replaces placeholders, and refuses values that a shell could interpret", async () => {
    const { stdout } = await create(["exec:cat > '{name}-{clientId}'"], { name: "CRM", more: ["-o", "json"] });
    expect(await directory.read(`CRM-${JSON.parse(stdout).clientId}`)).toMatch(secretPattern);
    const before = await admin.countKeys();
    const { exitCode, stderr } = await create(['exec:cat > "{name}"'], { name: "$(touch owned)" });
    expect(exitCode).toBe(2);
    expect(stderr).toContain("it has characters that a shell could interpret");
    expect(stderr).toContain("hint: Use {clientId} or {id} instead.");
    expect(await readdir(directory.path)).not.toContain("owned");
    expect(await admin.countKeys()).toBe(before);
  });

  it.each([
    ["a command that is not there", "no-such-program --x", /The command no-such-program was not found\./],
    ["invalid shell syntax", "cat > (", /exited with code 2[\s\S]*[Ss]yntax error/],
  ])("is refused before the key is created for %s", async (_, command, message) => {
    const before = await admin.countKeys();
    const { exitCode, stderr } = await create([`exec:${command}`]);
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(message);
    expect(await admin.countKeys()).toBe(before);
    expect(await readdir(directory.path)).toEqual([]);
  });

  it.each([
    ["does not read it", "true", /exited without reading the secret/],
    ["reads a part of it", "head -c 10 > /dev/null", /exited without reading the secret/],
    ["closes its standard input", "exec 0<&-; sleep 0.2", /exited without reading the secret/],
    ["fails", "cat > /dev/null; echo why >&2; exit 3", /exited with code 3\.\n {6,}why/],
    ["is ended by a signal", "kill -9 $$", /exited with code 137|was stopped by a signal/],
  ])("counts as not delivered if the command %s", async (_, command, message) => {
    const { exitCode, stdout, stderr } = await create([`exec:${command}`], { more: ["-q"] });
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: "" });
    expect(stderr).toMatch(message);
    expect(stderr).toContain("To recover the same secret within 24 hours, run: briksync keys create");
    expect(stderr).not.toMatch(/sec_[0-9a-f]/);
  });

  it("stops the command and its children after the time limit", async () => {
    const command = "sleep 40 & echo $! > pid; cat > /dev/null; trap '' TERM; sleep 40; sleep 40";
    const { exitCode, stderr } = await create([`exec:${command}`], { more: ["--sink-timeout", "2"] });
    expect(exitCode).toBe(1);
    expect(stderr).toContain("The command sleep … was stopped because it did not exit within 2 seconds.");
    expect(stderr).toContain("✗ the command sleep …");
    const processId = Number(await directory.read("pid"));
    await expect.poll(() => isRunning(processId)).toBe(false);
  });
});

describe("the options of destinations", () => {
  it("are refused with options that show the secret, and with each other", async () => {
    for (const [sinks, more, message] of [
      [["file:x"], ["--secret-only"], "--secret-only and --to cannot be combined."],
      [["file:x", "file:x"], [], '--to "file:x" is passed twice.'],
      [["file:a.key", "file:./a.key"], [], '--to "file:./a.key" is the same destination as --to "file:a.key".'],
      [["file:~/a.key", `file:${admin.directory}/b/../a.key`], [], 'is the same destination as --to "file:~/a.key".'],
      [
        ["file:{id}.key", "file:./{id}.key"],
        [],
        '--to "file:./{id}.key" is the same destination as --to "file:{id}.key".',
      ],
      [["env:.env#A", "env:./.env#A"], [], '--to "env:./.env#A" is the same destination as --to "env:.env#A".'],
      [["env:.env#A", "env:.env#A,B"], [], '--to "env:.env#A,B" is the same destination as --to "env:.env#A".'],
      [["fil:x"], [], "Did you mean file:PATH?"],
      [["file:x"], ["--sink-timeout", "0"], "Pass seconds from 0.001 to 3600"],
    ] as const) {
      const { exitCode, stdout, stderr } = await create(sinks, { more });
      expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: "" });
      expect(stderr).toContain(message);
    }
  });

  it("keep the secret out of IDs, CSV and JSON", async () => {
    const ids = await create(["file:x"], { more: ["-o", "ids"] });
    expect(ids).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/^[0-9a-f-]{36}\n$/), stderr: "" });
    const csv = await create(["file:y", "file:z"], { name: "Csv", more: ["-o", "csv"] });
    expect(csv.stdout).toMatch(/^name,clientId,id,deliveredTo\nCsv,api_[0-9a-f]{24},[0-9a-f-]{36},file:y file:z\n$/);
    const json = await create(["file:json"], { more: ["-o", "json"] });
    expect(Object.keys(JSON.parse(json.stdout))).not.toContain("clientSecret");
    expect(Object.keys(JSON.parse(json.stdout))).not.toContain("isReplay");
  });
});

describe("C-04 a secret during its delivery", () => {
  it.skipIf(process.platform !== "linux")("is in no argument, environment or debug line of any process", async () => {
    const sinks = ["exec:tee out; sleep 1", "env:.env#KEY"];
    const args = ["keys", "create", "Canary", "--debug", ...sinks.flatMap((sink) => ["--to", sink])];
    const child = spawnCli(args, { env: admin.env, cwd: directory.path });
    const seen = new Set<string>();
    const watch = async (): Promise<void> => {
      while (child.process.exitCode === null && child.process.signalCode === null) {
        for (const processId of (await readdir("/proc")).filter((name) => /^\d+$/.test(name))) {
          for (const name of ["cmdline", "environ"]) {
            seen.add(await readFile(`/proc/${processId}/${name}`, "utf8").catch(() => ""));
          }
        }
      }
    };
    const [end] = await Promise.all([waitForEnd(child, 25_000), watch()]);
    expect(end).toMatchObject({ exitCode: 0 });
    const secret = await directory.read("out");
    expect(await directory.read(".env")).toBe(`KEY=${secret}\n`);
    const texts = [...seen, await child.texts.stdout, await child.texts.stderr];
    expect(texts.join("\n")).toContain("-c\0tee out; sleep 1");
    for (const text of texts) expect(text).not.toContain(secret.slice(4, 30));
    // No file contains the secret afterwards.
    const journal = join(admin.configDirectory, "journal");
    for (const name of await readdir(journal)) {
      expect(await readFile(join(journal, name), "utf8")).not.toMatch(/"Canary"|sec_/);
    }
  });
});
