import { spawnSync } from "node:child_process";
import { chmod, chown, lstat, mkdir, readdir, readFile, rename, stat, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { cliPath } from "../support/cli-process.ts";
import { useAccount, useHome, useServer } from "../support/lifetimes.ts";
import { expireAccessToken, findSessionFile } from "../support/stored-session.ts";

const server = useServer();
const account = useAccount(server);
const home = useHome(() => ({ BRIKSYNC_SERVER: server.url, BRIKSYNC_STORAGE: "file" }));

const login = (env: Record<string, string | undefined> = {}, cwd?: string) =>
  home.run(["login", "--email", account.email, "--password-stdin"], {
    stdin: account.password,
    env,
    ...(cwd !== undefined && { cwd }),
  });

const isRoot = process.geteuid?.() === 0;

describe("C-13 the home directory", () => {
  it.each([
    ["empty", { HOME: "" }],
    ["relative", { HOME: "." }],
    ["empty with relative XDG directories", { HOME: "", XDG_CONFIG_HOME: ".", XDG_CACHE_HOME: "cache" }],
  ])("is %s: the CLI writes nothing to the working directory and loads no code from it", async (_name, env) => {
    const cwd = join(home.directory, "work");
    await mkdir(cwd);
    const token = await server.signIn(account);
    const before = await readdir(cwd);
    const all = { ...env, BRIKSYNC_CONFIG_DIR: undefined, BRIKSYNC_TOKEN: token };
    expect((await home.run(["keys", "list"], { env: all, cwd })).exitCode).toBe(0);
    expect(await readdir(cwd)).toEqual(before);
  });

  it("is not created if it does not exist: a token works, and commands that store data say what to set", async () => {
    const missing = join(home.directory, "missing");
    const env = { HOME: missing, BRIKSYNC_CONFIG_DIR: undefined };
    const token = await server.signIn(account);
    expect((await home.run(["keys", "list"], { env: { ...env, BRIKSYNC_TOKEN: token } })).exitCode).toBe(0);
    const rotated = await home.run(["keys", "create", "Homeless", "-o", "json"], {
      env: { ...env, BRIKSYNC_TOKEN: token },
    });
    expect(rotated.exitCode).toBe(0);
    expect(rotated.stderr).toContain("no home directory");
    const refused = await login(env);
    expect(refused.exitCode).toBe(1);
    expect(refused.stderr).toContain("hint: Set HOME or BRIKSYNC_CONFIG_DIR to an absolute path.");
    expect((await home.run(["whoami"], { env })).exitCode).toBe(4);
    expect((await home.run(["doctor"], { env })).stdout).toContain("no home directory");
    await expect(stat(missing)).rejects.toThrow("ENOENT");
  });

  it.skipIf(!isRoot).each([
    ["no HOME: a token works", {}, 0, "NAME"],
    ["a cache that this user cannot enter: a token works", { XDG_CACHE_HOME: "PRIVATE" }, 0, "NAME"],
    ["a HOME that this user cannot enter: the error says what to set", { HOME: "PRIVATE" }, 2, "hint: Set HOME"],
  ])("a user ID without an entry, and %s (needs root)", async (_name, place, status, text) => {
    const { HOME: _home, BRIKSYNC_CONFIG_DIR: _directory, XDG_CACHE_HOME: _cache, ...rest } = home.env;
    await chmod(home.directory, 0o755);
    const privateHome = join(home.directory, "private");
    await mkdir(privateHome, { mode: 0o700 });
    const places = Object.fromEntries(Object.keys(place).map((name) => [name, privateHome]));
    const env = { ...rest, ...places, BRIKSYNC_TOKEN: await server.signIn(account) };
    const args = ["--reuid", "54321", "--regid", "54321", "--clear-groups", process.execPath, cliPath, "keys", "list"];
    const result = spawnSync("setpriv", args, { env, cwd: "/", encoding: "utf8" });
    expect(result).toMatchObject({ status });
    expect(result.stdout + result.stderr).toContain(text);
  });

  it("a configuration file that is a link stays a link, and its target changes", async () => {
    expect((await login()).exitCode).toBe(0);
    const [path, target] = [join(home.configDirectory, "config.json"), join(home.directory, "dotfiles.json")];
    await rename(path, target);
    await symlink(target, path);
    expect((await home.run(["logout"])).exitCode).toBe(0);
    expect((await lstat(path)).isSymbolicLink()).toBe(true);
    expect(await readFile(target, "utf8")).not.toContain(account.email);
  });

  it.each(["config.json", "session"])(
    "a named pipe in place of the %s ends with an error, and never hangs",
    async (name) => {
      expect((await login()).exitCode).toBe(0);
      const path =
        name === "session" ? await expireAccessToken(home.configDirectory) : join(home.configDirectory, name);
      await rename(path, `${path}.old`);
      spawnSync("mkfifo", ["-m", "600", path]);
      const result = await home.run(["keys", "list"]);
      expect([1, 2]).toContain(result.exitCode);
      expect(result.stderr).toContain("not a regular file");
    },
  );
});

describe("C-13 a run as root in another user's home", () => {
  it.skipIf(!isRoot)("gives all files to that user, who can continue (needs root)", async () => {
    const user = 54_321;
    const own = ["--reuid", String(user), "--regid", String(user), "--clear-groups", process.execPath, cliPath];
    await chmod(home.directory, 0o755);
    const directory = join(home.directory, "user");
    await mkdir(directory);
    await chown(directory, user, user);
    const configDirectory = join(directory, ".config", "briksync");
    const env: Record<string, string> = { ...home.env, HOME: directory, BRIKSYNC_CONFIG_DIR: configDirectory };
    const runAsUser = (args: readonly string[], input = "") =>
      spawnSync("setpriv", [...own, ...args], { env, input, encoding: "utf8" });
    expect(runAsUser(["login", "--email", account.email, "--password-stdin"], account.password).status).toBe(0);
    await expireAccessToken(configDirectory);
    expect((await home.run(["keys", "list"], { env })).exitCode).toBe(0);
    expect((await home.run(["companies", "use", account.company], { env })).exitCode).toBe(0);
    expect((await home.run(["keys", "create", "By root"], { env })).exitCode).toBe(0);
    for (const name of await readdir(configDirectory, { recursive: true })) {
      expect((await lstat(join(configDirectory, name))).uid, name).toBe(user);
    }
    expect(runAsUser(["keys", "list"])).toMatchObject({ status: 0 });
    await chown(join(configDirectory, "config.json"), 0, 0);
    const refused = runAsUser(["keys", "list"]);
    expect(refused.status).toBe(2);
    expect(refused.stderr).toContain("hint:");
    expect(refused.stderr).toContain("sudo chown -R");
  });
});

describe("C-13 a session that cannot be saved", () => {
  const hasNamespaces = spawnSync("unshare", ["-rm", "true"]).status === 0;
  it.skipIf(!hasNamespaces)(
    "is not renewed, so that its refresh token stays valid (needs Linux user namespaces)",
    async () => {
      const script = [
        `mkdir -p "$BRIKSYNC_CONFIG_DIR" && mount -t tmpfs -o size=64k,mode=700 none "$BRIKSYNC_CONFIG_DIR"`,
        `"$NODE" "$CLI" login --email "$EMAIL" --password-stdin <<< "$PASSWORD" || exit 90`,
        `file=$(ls "$BRIKSYNC_CONFIG_DIR"/sessions/*.json)`,
        `before=$(sed 's/"accessToken":"[^"]*"/"accessToken":"expired"/' "$file"); printf '%s' "$before" > "$file"`,
        `dd if=/dev/zero of="$BRIKSYNC_CONFIG_DIR/fill" bs=4096 2>/dev/null; truncate -s -4096 "$BRIKSYNC_CONFIG_DIR/fill"`,
        `"$NODE" "$CLI" keys list; echo "full $?"`,
        `[ "$before" = "$(cat "$file")" ] && echo unchanged`,
        `rm "$BRIKSYNC_CONFIG_DIR/fill"`,
        `"$NODE" "$CLI" keys list; echo "room $?"`,
      ].join("\n");
      const env = {
        ...home.env,
        NODE: process.execPath,
        CLI: cliPath,
        EMAIL: account.email,
        PASSWORD: account.password,
      };
      const { stdout, stderr } = spawnSync("unshare", ["-rm", "bash", "-c", script], { env, encoding: "utf8" });
      expect(stdout).toContain("full 1\nunchanged");
      expect(stdout).toContain("room 0");
      expect(stderr).toContain("the disk is full");
      const refreshes = (await server.listActions(account)).filter((action) => action === "session.revoked");
      expect(refreshes).toEqual([]);
    },
  );
});

describe.skipIf(process.platform === "win32")("files that other users can open", () => {
  it.each([0o640, 0o604, 0o620, 0o602])("a session file with mode %o is refused, and logout ends it", async (mode) => {
    expect((await login()).exitCode).toBe(0);
    const path = await findSessionFile(home.configDirectory);
    await chmod(path, mode);
    const refused = await home.run(["keys", "list"]);
    expect(refused).toMatchObject({ exitCode: 9, stdout: "" });
    expect(refused.stderr).toMatch(/Other users of this machine can (read|change) the session file/);
    expect(refused.stderr).toContain(`chmod 600 ${path}`);
    expect((await home.run(["doctor"])).stdout).toContain(`chmod 600 ${path}`);
    expect((await home.run(["logout"])).exitCode).toBe(0);
    expect(await readdir(join(home.configDirectory, "sessions"))).toEqual([]);
    expect((await server.listActions(account))[0]).toBe("session.signed_out");
  });

  it("a configuration file is used with a warning", async () => {
    expect((await login()).exitCode).toBe(0);
    const path = join(home.configDirectory, "config.json");
    for (const [mode, what] of [
      [0o644, "read"],
      [0o660, "change"],
    ] as const) {
      await chmod(path, mode);
      const result = await home.run(["keys", "list", "-q"]);
      expect(result.exitCode).toBe(0);
      expect(result.stderr).toContain(
        `Other users of this machine can ${what} the configuration file ${path}. To fix this, run: chmod 600 ${path}`,
      );
    }
    await chmod(path, 0o600);
    expect((await home.run(["keys", "list", "-q"])).stderr).toBe("");
  });

  it.each(["BRIKSYNC_TOKEN_FILE", "BRIKSYNC_PASSWORD_FILE"])(
    "%s is refused, unless only its owner can open it",
    async (variable) => {
      const path = join(home.directory, "secret");
      const secret = variable === "BRIKSYNC_TOKEN_FILE" ? await server.signIn(account) : account.password;
      await writeFile(path, `${secret}\n\n`, { mode: 0o644 });
      const env = { BRIKSYNC_EMAIL: account.email, [variable]: path };
      const refused = await home.run(["keys", "list"], { env });
      expect(refused).toMatchObject({ exitCode: 2, stdout: "" });
      expect(refused.stderr).toContain(`${variable} is set to ${path}, which other users of this machine can read.`);
      expect(refused.stderr).toContain(`chmod 600 ${path}`);
      expect((await home.run(["doctor"], { env })).stdout).toContain(`the file in ${variable}`);
      await chmod(path, 0o600);
      expect((await home.run(["keys", "list"], { env })).exitCode).toBe(0);
    },
  );
});

describe.skipIf(process.platform === "win32")("C-14 a credential file that is a pipe", () => {
  const run = (command: string, env: Record<string, string>) =>
    spawnSync("bash", ["-c", command], {
      env: { ...home.env, NODE: process.execPath, CLI: cliPath, SECRET: account.password, ...env },
      encoding: "utf8",
      timeout: 20_000,
    });

  it("works as <(…), even if the command fails, and is read only once", () => {
    const env = { BRIKSYNC_EMAIL: account.email };
    const list = run(`BRIKSYNC_PASSWORD_FILE=<(sleep 0.3; printf '%s\\n' "$SECRET") "$NODE" "$CLI" keys list`, env);
    expect(list).toMatchObject({ status: 0 });
    const show = run(`BRIKSYNC_PASSWORD_FILE=<(printf '%s\\n' "$SECRET") "$NODE" "$CLI" keys show nothere`, env);
    expect(show).toMatchObject({ status: 3 });
  });

  it("causes an error if it has no writer, and ends immediately on Ctrl-C", () => {
    spawnSync("mkfifo", [join(home.directory, "pipe")]);
    const env = { BRIKSYNC_EMAIL: account.email, BRIKSYNC_PASSWORD_FILE: join(home.directory, "pipe") };
    const silent = run(`"$NODE" "$CLI" keys list`, env);
    expect(silent).toMatchObject({ status: 2 });
    expect(silent.stderr).toContain("a pipe to which no program writes");
    const stopped = run(`"$NODE" "$CLI" keys list & sleep 2; kill -INT $!; wait $!`, env);
    expect(stopped.status).toBe(130);
  });

  it.each(["/dev/null", "/dev/zero", "/tmp"])("refuses %s", (path) => {
    const refused = run(`"$NODE" "$CLI" keys list`, { BRIKSYNC_TOKEN_FILE: path });
    expect(refused.status).toBe(2);
    expect(refused.stderr).toMatch(/which is a (directory|terminal or another device)/);
  });
});
