import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { providers } from "../../../server/src/oidc/workload-tokens.ts";
import { type CliHome, type CliResult, createCliHome } from "../support/cli-process.ts";

let home: CliHome;
beforeAll(async () => {
  home = await createCliHome();
});
afterAll(() => home.remove());

interface HelpPage {
  readonly path: readonly string[];
  readonly page: CliResult;
}

/** Returns the help pages of all commands. Each page lists the subcommands. */
async function readAllPages(path: readonly string[] = []): Promise<HelpPage[]> {
  const page = await home.run([...path, "--help"]);
  const sections = [...page.stdout.matchAll(/\n(?:API keys|Pipelines|Account|Tools|Commands):\n([\s\S]*?)(?=\n\n)/g)];
  const names = [
    ...sections
      .map(([, section = ""]) => section)
      .join("\n")
      .matchAll(/^ {2}([a-z][a-z-]*)/gm),
  ]
    .map((match) => match[1] ?? "")
    .filter((name) => name !== "help");
  const deeper = await Promise.all(names.map((name) => readAllPages([...path, name])));
  return [...(path.length > 0 ? [{ path, page }] : []), ...deeper.flat()];
}

describe("help", () => {
  it("is printed to stdout for every command, with examples", async () => {
    const pages = await readAllPages();
    expect(pages.map(({ path }) => path.join(" "))).toEqual(
      expect.arrayContaining([
        "trust add github",
        "trust add kubernetes",
        "trust explain",
        "tokens rotate",
        "login",
        "logout",
        "whoami",
        "password change",
        "companies list",
        "companies use",
        "sessions list",
        "sessions end",
        "doctor",
        "completion",
      ]),
    );
    for (const { path, page } of pages) {
      const { exitCode, stdout, stderr } = page;
      expect({ path, exitCode, stderr }).toEqual({ path, exitCode: 0, stderr: "" });
      expect(stdout).toContain(`Usage: briksync ${path.join(" ")}`);
      expect(stdout, path.join(" ")).toContain("Examples:\n");
      expect(stdout).toMatch(/\n\nRun "briksync --help" for global options and exit codes\.\n$/);
      expect(stdout.replace(/\$\w+/g, "")).not.toMatch(/undefined|\[object/);
    }
  }, 120_000);

  it("is shown without arguments, and by `help <command>`", async () => {
    const bare = await home.run([]);
    expect(bare).toMatchObject({ exitCode: 0, stderr: "" });
    expect(bare.stdout).toContain("Usage: briksync");
    const named = await home.run(["help", "login"]);
    expect(named).toMatchObject({ exitCode: 0, stdout: (await home.run(["login", "--help"])).stdout });
  });

  it("explains rotations on a separate page, within 80 columns", async () => {
    const { exitCode, stdout, stderr } = await home.run(["help", "rotation"]);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    for (const line of stdout.split("\n")) expect(line.length, line).toBeLessThanOrEqual(80);
    for (const flag of ["--to", "--staged", "--finish", "--abort", "--take-over"]) expect(stdout).toContain(flag);
    expect(stdout.endsWith("See also: briksync keys rotate --help\n")).toBe(true);
    expect(await home.run(["rotation"])).toMatchObject({ exitCode: 2, stdout: "" });
  });

  it("lists the topics in the main help and in the help of related groups", async () => {
    expect((await home.run(["--help"])).stdout).toContain("(rotation, pipelines)");
    for (const group of ["trust", "tokens"]) {
      expect((await home.run([group, "--help"])).stdout).toContain("briksync help pipelines");
    }
  });

  it("explains pipelines on a separate page, within 80 columns", async () => {
    const { exitCode, stdout, stderr } = await home.run(["help", "pipelines"]);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    for (const line of stdout.split("\n")) expect(line.length, line).toBeLessThanOrEqual(80);
    for (const word of ["briksync trust add github", "BRIKSYNC_TRUST", "briksync tokens create"]) {
      expect(stdout).toContain(word);
    }
  });

  it.each([
    [["--profile", "work", "help", "rotation"]],
    [["help", "rotation", "CRM"]],
    [["help", "--json", "rotation"]],
  ])("shows the topic with additional words, too: %j", async (args) => {
    const plain = await home.run(["help", "rotation"]);
    expect(await home.run(args)).toMatchObject({ exitCode: 0, stdout: plain.stdout, stderr: "" });
  });

  it("names the server's limit of exchanges for each provider", async () => {
    for (const [provider, { reuseMax }] of Object.entries(providers)) {
      const { stdout } = await home.run(["trust", "add", provider, "--help"]);
      expect(stdout.replace(/\s+/g, " "), provider).toContain(`(default and maximum: ${reuseMax})`);
    }
  });

  it("is shown by `help` at every depth, and by `help` inside a group", async () => {
    for (const [asked, path] of [
      [["help", "keys"], ["keys"]],
      [
        ["help", "keys", "rotate"],
        ["keys", "rotate"],
      ],
      [
        ["keys", "help", "rotate"],
        ["keys", "rotate"],
      ],
      [
        ["help", "keys", "ls"],
        ["keys", "list"],
      ],
      // The remaining word is not passed to a command.
      [
        ["help", "keys", "revoke", "CRM"],
        ["keys", "revoke"],
      ],
    ] as const) {
      const { stdout } = await home.run([...path, "--help"]);
      expect(await home.run(asked), asked.join(" ")).toMatchObject({ exitCode: 0, stdout, stderr: "" });
    }
  }, 120_000);

  it("lists the environment variables and exit codes within 80 columns", async () => {
    const { stdout } = await home.run(["--help"]);
    const sections = stdout.slice(stdout.indexOf("Environment variables:\n"));
    for (const line of sections.split("\n")) expect(line.length, line).toBeLessThanOrEqual(80);
    for (const name of [
      "BRIKSYNC_TOKEN",
      "BRIKSYNC_COMPANY",
      "BRIKSYNC_CLIENT_ID",
      "BRIKSYNC_CLIENT_SECRET",
      "BRIKSYNC_CREDENTIAL_SERVER",
      "130  Interrupted",
    ])
      expect(sections).toContain(name);
    expect(stdout).toContain("default: http://127.0.0.1:4870");
  });

  it("has no color without a terminal", async () => {
    expect((await home.run(["--help"])).stdout).not.toContain("\u001b");
  });
});
