import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import packageJson from "../../package.json" with { type: "json" };
import { type CliHome, createCliHome } from "../support/cli-process.ts";

let home: CliHome;
beforeAll(async () => {
  home = await createCliHome();
});
afterAll(() => home.remove());

describe("version", () => {
  it.each([[["--version"]], [["-V"]], [["whoami", "--version"]]])("is printed by %j", async (args) => {
    expect(await home.run(args)).toMatchObject({ exitCode: 0, stdout: `${packageJson.version}\n`, stderr: "" });
  });
});

describe("the Node version", () => {
  it("must be supported, or the CLI reports an error", async () => {
    const pretend = `Object.defineProperty(process.versions, "node", { value: "20.19.0" });`;
    const result = await home.run(["whoami"], {
      env: { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(pretend)}` },
    });
    expect(result).toMatchObject({ exitCode: 1, stdout: "" });
    expect(result.stderr).toBe("error: briksync requires Node 22.13 or newer. This is Node 20.19.0.\n");
  });

  it("stores compiled code in the user's own directory, never in the shared temporary directory", async () => {
    const shared = await mkdtemp(join(tmpdir(), "briksync-shared-"));
    await home.run(["--help"], { env: { TMPDIR: shared, XDG_CACHE_HOME: undefined } });
    expect(await readdir(shared)).toEqual([]);
    expect(await readdir(join(home.directory, ".cache", "briksync"))).toEqual(["compiled"]);
    await rm(shared, { recursive: true });
  });
});

describe("a group without a command", () => {
  it.each(["keys", "companies", "password", "profiles", "trust", "tokens"])("prints its help: %s", async (group) => {
    const { stdout: help } = await home.run([group, "--help"]);
    const { exitCode, stdout, stderr } = await home.run([group]);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: "" });
    expect(stderr.startsWith(help)).toBe(true);
    expect(stderr.slice(help.length)).toContain(`error: briksync ${group} requires a command: `);
  });
});

describe("invalid usage exits with 2 and prints a hint to stderr", () => {
  it.each([
    [["help", "logn"], "Unknown command 'logn'", "Did you mean login?"],
    [["help", "rotatoin"], "Unknown command 'rotatoin'", "Did you mean rotation?"],
    [["help", "nope"], "Unknown command 'nope'", "briksync --help"],
    [["help", "keys", "rotat"], "Unknown command 'rotat'", "Did you mean rotate? See: briksync keys --help"],
    [["whoami", "--json", "-o", "csv"], "--json and -o csv cannot be combined.", "Pass only one of them."],
    [["whoam"], "Unknown command 'whoam'", "Did you mean whoami?"],
    [["revoke", "canary"], "Unknown command 'revoke'", "Did you mean briksync keys revoke?"],
    [["rotate", "canary", "--to", "file:x"], "Unknown command 'rotate'", "Did you mean briksync keys rotate?"],
    [["revoke", "keys"], "Unknown command 'revoke'", "Did you mean briksync keys revoke? See: briksync --help"],
    [["create", "canary"], "Unknown command 'create'", "Did you mean briksync keys create?"],
    [["show", "canary"], "Unknown command 'show'", "Did you mean briksync keys show?"],
    [["rename", "canary", "x"], "Unknown command 'rename'", "Did you mean briksync keys rename?"],
    [["allow-ip", "canary"], "Unknown command 'allow-ip'", "Did you mean briksync keys allow-ip?"],
    [["verify"], "Unknown command 'verify'", "Did you mean briksync keys verify?"],
    [["inspect"], "Unknown command 'inspect'", "Did you mean briksync keys inspect?"],
    [["list"], "Unknown command 'list'", "Did you mean briksync keys list or briksync companies list?"],
    [["sessions", "revoke"], "Unknown command 'revoke'", "Did you mean briksync sessions end?"],
    [["sessions", "rm"], "Unknown command 'rm'", "Did you mean briksync sessions end?"],
    [["devices"], "Unknown command 'devices'", "Did you mean briksync sessions list?"],
    [["switch-company", "canary"], "Unknown command 'switch-company'", "Did you mean briksync companies use?"],
    [["help", "revoke"], "Unknown command 'revoke'", "Did you mean briksync keys revoke?"],
    [["delete", "canary"], "Unknown command 'delete'", "Did you mean briksync keys revoke?"],
    [["get", "canary"], "Unknown command 'get'", "Did you mean briksync keys show?"],
    [["auth", "status"], "Unknown command 'auth'", "Did you mean briksync whoami?"],
    [["auth", "canary"], "Unknown command 'auth'", "briksync login or briksync whoami or briksync token?"],
    [["status"], "Unknown command 'status'", "Did you mean briksync whoami?"],
    [["help", "delete"], "Unknown command 'delete'", "Did you mean briksync keys revoke?"],
    [["keys", "delete", "canary"], "Unknown command 'delete'", "Did you mean briksync keys revoke?"],
    [["keys", "get", "canary"], "Unknown command 'get'", "Did you mean briksync keys show?"],
    [["keys", "add", "canary"], "Unknown command 'add'", "Did you mean briksync keys create?"],
    [["trust", "delete", "canary"], "Unknown command 'delete'", "Did you mean briksync trust remove?"],
    [["companies", "lst"], "Unknown command 'lst'", "Did you mean list?"],
    [["login", "--emial", "x"], "Unknown option '--emial'", "Did you mean --email?"],
    [["companies", "use"], "Missing required argument 'company'", "briksync companies use --help"],
    [
      ["companies", "use", "canary", "b"],
      "briksync companies use accepts 1 argument, but received 2.",
      "briksync companies use --help",
    ],
    [["login", "a@b.c", "canary"], "briksync login accepts no arguments, but received 2.", "briksync login --help"],
    [["login", "--password=canary"], "Unknown option '--password'.", "briksync login --help"],
    [
      ["keys", "verify", "sec_canary0canary0"],
      "briksync keys verify accepts no arguments, but received 1.",
      "hint: Pass the secret on standard input: briksync keys verify < file\nhint: The secret is now in your shell history.",
    ],
    [["keys", "inspect", "sec_canary0canary0"], "accepts no arguments", "briksync keys inspect < file"],
    [["sec_canary0canary0"], "Unknown command 'sec_…'", "briksync --help"],
    [
      ["companies", "--profile", "default"],
      "briksync companies requires a command: list, use",
      "briksync companies --help",
    ],
    [["whoami", "-o", "xml"], "'xml' is not valid for --output. Allowed choices are table, json", "whoami --help"],
    [["whoami", "--timeout", "0"], "'0' is not valid for --timeout. Pass seconds from 0.001 to 3600", "whoami --help"],
    [["completion", "foo"], "'foo' is not a valid shell. Allowed choices are bash, zsh, fish", "completion --help"],
    [["tokens", "create", "x", "--expires", "90d"], "error: --key is required.\n", "tokens create --help"],
    [["whoami", "--server", "ftp://x"], "--server is not a server URL: ftp://x", "https://api.example.com"],
    [
      ["whoami", "--server", "http://api.example.com"],
      "Plain HTTP would send your password",
      "https://api.example.com",
    ],
    [["whoami", "--server", "https://a:canary@example.com"], "must not contain a username", "briksync login"],
    [["whoami", "--server", "ftp://a:canary@example.com"], "--server is not a server URL", "https://api.example.com"],
    [
      ["whoami", "--profile", "nope"],
      'Profile "nope" (from --profile) does not exist.',
      "briksync login --profile nope",
    ],
    [["whoami", "--profile", "../x"], "--profile is not a valid profile name", "letters, digits"],
  ])("%j", async (args, message, hint) => {
    const { exitCode, stdout, stderr } = await home.run(args);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: "" });
    expect(stderr).toContain(message);
    expect(stderr).toContain(hint);
    expect(stderr).not.toContain("canary");
    const json = await home.run([
      ...args.filter((arg) => arg !== "-o" && arg !== "xml"),
      ...(args.includes("xml") ? ["--bad"] : []),
      "--json",
    ]);
    expect(json).toMatchObject({ exitCode: 2, stdout: "" });
    expect(json.stderr).not.toContain("canary");
    const { error } = JSON.parse(json.stderr);
    expect(Object.keys(error)).toEqual(["type", "message", "status", "requestId", "exitCode", "hint"]);
    expect(error).toMatchObject({ type: "USAGE", exitCode: 2, status: null });
  });

  it.each(["http://localhost:1", "http://127.3.2.1:1", "http://[::1]:1", "http://box.localhost:1"])(
    "plain HTTP is allowed for this machine: %s",
    async (server) => {
      const { exitCode } = await home.run(["whoami", "--server", server], { env: { BRIKSYNC_TOKEN: "t" } });
      expect(exitCode).toBe(8);
    },
  );

  it.each([
    "http://127.0.0.1.example.com",
    "http://localhost.example.com",
    "http://0.0.0.0",
    "http://[::ffff:10.0.0.1]",
  ])("plain http is refused for %s", async (server) => {
    const { exitCode } = await home.run(["whoami"], { env: { BRIKSYNC_TOKEN: "t", BRIKSYNC_SERVER: server } });
    expect(exitCode).toBe(2);
  });
});
