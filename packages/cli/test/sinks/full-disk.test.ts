import { spawnSync } from "node:child_process";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { cliPath } from "../support/cli-process.ts";
import { useAccount, useHome, useServer } from "../support/lifetimes.ts";

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "briksync-storage-"));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

describe("C-03 a full disk", () => {
  const server = useServer();
  const account = useAccount(server);
  const home = useHome(() => ({ BRIKSYNC_SERVER: server.url, NODE_DISABLE_COMPILE_CACHE: "1" }));

  const login = (): string =>
    `"${process.execPath}" "${cliPath}" login --insecure-storage --email ${account.email} --password-stdin`;

  it.skipIf(process.platform === "win32")(
    "makes the sign-in fail, keeps the old session valid and unchanged, and leaves no lock",
    async () => {
      await home.run(["login", "--insecure-storage", "--email", account.email, "--password-stdin"], {
        stdin: account.password,
      });
      const before = await readTree(home.configDirectory);
      // The limit makes every write to a file fail at its first byte. Writes to pipes still work.
      const refused = spawnSync("sh", ["-c", `trap '' XFSZ; ulimit -f 0; ${login()}`], {
        env: home.env,
        input: account.password,
        encoding: "utf8",
      });
      expect(refused.status).toBe(1);
      expect(refused.stderr).toContain(home.configDirectory);
      expect(await readTree(home.configDirectory)).toEqual(before);
      expect((await home.run(["whoami"])).exitCode).toBe(0);
    },
  );

  const hasNamespaces = spawnSync("unshare", ["-rm", "true"]).status === 0;
  it.skipIf(!hasNamespaces)("is reported (needs Linux user namespaces)", async () => {
    const mount = `mkdir -p "$BRIKSYNC_CONFIG_DIR" && mount -t tmpfs -o size=16k,mode=700 none "$BRIKSYNC_CONFIG_DIR"`;
    const fill = `head -c 100000 /dev/zero >"$BRIKSYNC_CONFIG_DIR/filler" 2>/dev/null`;
    const script = `${mount} && { ${fill}; ${login()}; code=$?; ls -A "$BRIKSYNC_CONFIG_DIR"; exit $code; }`;
    const result = spawnSync("unshare", ["-rm", "sh", "-c", script], {
      env: home.env,
      input: account.password,
      encoding: "utf8",
    });
    expect(result.stderr).toMatch(/disk is full/);
    expect(result.status).toBe(1);
    expect(result.stdout).not.toContain(".tmp");
    expect(result.stdout).not.toContain("config.json");
  });

  it.skipIf(!hasNamespaces)(
    "C-13 still lets a renewed session replace the old one (needs Linux user namespaces)",
    () => {
      const module = fileURLToPath(new URL("../../src/storage/open-session-storage.ts", import.meta.url));
      const code = `import { execFileSync } from "node:child_process";
      import { openSessionStorage } from ${JSON.stringify(module)};
      const directory = process.env.DIRECTORY;
      const context = { host: { platform: "linux", userId: 0 }, signal: new AbortController().signal };
      const storage = openSessionStorage(context, "file", { directory, profile: "default", server: "https://a.example" });
      await storage.save({ accessToken: "old", refreshToken: "spent" + "x".repeat(100) });
      execFileSync("sh", ["-c", 'head -c 1000000 /dev/zero > "$DIRECTORY/filler" 2>/dev/null || true']);
      const save = () => storage.save({ accessToken: "new", refreshToken: "fresh" });
      await storage.prepare().then(() => console.log("room"), () => console.log("full"));
      await save();
      console.log((await storage.load()).refreshToken);`;
      const script = `mount -t tmpfs -o size=64k,mode=700 none "$DIRECTORY" && exec "$NODE" --input-type=module -e "$CODE"`;
      const env = { PATH: process.env["PATH"], DIRECTORY: directory, NODE: process.execPath, CODE: code };
      const { stdout, stderr } = spawnSync("unshare", ["-rm", "sh", "-c", script], { env, encoding: "utf8" });
      expect({ stdout, stderr }).toEqual({ stdout: "full\nfresh\n", stderr: "" });
    },
  );

  async function readTree(root: string): Promise<Record<string, string>> {
    const entries = await readdir(root, { recursive: true, withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
    return Object.fromEntries(await Promise.all(files.map(async (file) => [file, await readFile(file, "utf8")])));
  }
});
