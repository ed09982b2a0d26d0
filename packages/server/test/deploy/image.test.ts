import { type SpawnSyncReturns, spawnSync } from "node:child_process";
import { chmodSync, copyFileSync, cpSync, existsSync, mkdirSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findFreePort, type RunningProgram, startProgram } from "../support/child-process.ts";
import { type Instruction, parseDockerfile, splitStages } from "../support/dockerfile.ts";
import { createHttpClient } from "../support/http-client.ts";
import { readRecipe } from "../support/recipe.ts";
import { createTemporaryDirectory } from "../support/temporary-directory.ts";

/**
 * Runs without a container engine: executes the instructions of the Dockerfile on this machine, with the container's
 * folders in a temporary folder. This machine with its Node replaces the base image.
 */

const repositoryRoot = fileURLToPath(new URL("../../../..", import.meta.url));
const directory = createTemporaryDirectory();
/** Maps /src, /out, /app and /data of the Dockerfile into the temporary folder. */
const toOutside = (text: string): string =>
  text.replace(/(?<![\w.@/-])\/(?=(src|out|app|data)([/\s"']|$))/g, `${directory.path}/`);

const [buildStage = [], finalStage = []] = splitStages(parseDockerfile(readRecipe("Dockerfile")));
const valuesOf = (stage: readonly Instruction[], name: string): string[] =>
  stage.filter((instruction) => instruction.name === name).map(({ value }) => value);

/** The environment of a new shell, without variables of the package manager or the test runner. */
const bareEnvironment = Object.fromEntries(
  Object.entries(process.env).filter(
    ([name]) => !/^(npm_|pnpm_|VITEST|NODE_ENV$|NODE_OPTIONS$|NODE_PATH$|INIT_CWD$)/i.test(name),
  ),
);

const ignored = readRecipe("Dockerfile.dockerignore")
  .split("\n")
  .filter((line) => /^\*\*\/[\w.]+$/.test(line))
  .map((line) => line.slice("**/".length));

/** Runs COPY from the repository, without the files that .dockerignore excludes. */
function copyIn(value: string, workingDirectory: string): void {
  const paths = value.split(" ");
  const target = join(workingDirectory, paths.at(-1) ?? "");
  for (const source of paths.slice(0, -1)) {
    const isFile = statSync(join(repositoryRoot, source)).isFile();
    mkdirSync(isFile && !target.endsWith("/") ? workingDirectory : target, { recursive: true });
    cpSync(join(repositoryRoot, source), isFile ? join(target, basename(source)) : target, {
      recursive: true,
      filter: (path) => !ignored.includes(basename(path)),
    });
  }
}

/** Runs one stage. Throws with the output if a RUN fails. */
function runStage(stage: readonly Instruction[]): void {
  let workingDirectory = directory.path;
  for (const { name, value } of stage) {
    if (name === "WORKDIR") {
      workingDirectory = toOutside(value);
      mkdirSync(workingDirectory, { recursive: true });
    } else if (name === "COPY" && value.startsWith("--from=build ")) {
      const [from = "", to = ""] = value.split(" ").slice(1).map(toOutside);
      cpSync(from, to, { recursive: true, verbatimSymlinks: true });
    } else if (name === "COPY") copyIn(value, workingDirectory);
    else if (name === "RUN") {
      const command = toOutside(value);
      const result = spawnSync("sh", ["-c", command], {
        cwd: workingDirectory,
        env: bareEnvironment,
        encoding: "utf8",
      });
      if (result.status !== 0) throw new Error(`${command}\n${result.stdout}${result.stderr}`);
    }
  }
}

/** The reason why processes cannot be confined here. In CI, they must be, and the tests fail otherwise. */
const skipReason =
  process.env["CI"] !== "true" && (process.getuid?.() !== 0 || spawnSync("unshare", ["--mount", "true"]).status !== 0)
    ? "needs root and mount namespaces"
    : undefined;

describe.skipIf(skipReason !== undefined)(
  `the container image${skipReason === undefined ? "" : `: ${skipReason}`}`,
  () => {
    const nodePath = join(directory.path, "node");
    let port: number;

    beforeAll(() => {
      // Accounts other than root must be able to run it, wherever this Node is installed.
      chmodSync(directory.path, 0o755);
      copyFileSync(process.execPath, nodePath);
      runStage(buildStage);
      runStage(finalStage);
    }, 300_000);
    beforeAll(async () => {
      port = await findFreePort();
    });
    afterAll(() => directory.remove());

    /**
     * Returns a command as the container would run it: with the image's account, without capabilities, and only /data is
     * writable.
     */
    const confine = (command: readonly string[]): string[] => {
      const [user = ""] = valuesOf(finalStage, "USER");
      const [uid, gid] = user.split(":");
      const [app, data] = [toOutside("/app"), toOutside("/data")];
      // The temporary folder may be on a separate file system.
      const readOnly = [directory.path, app, "/"];
      const mountCommands = [
        ...[directory.path, app, data].map((path) => `mount --bind '${path}' '${path}'`),
        ...readOnly.map((path) => `mount -o remount,bind,ro '${path}'`),
        'exec "$@"',
      ].join(" && ");
      const drop = [
        "setpriv",
        "--reuid",
        `${uid}`,
        "--regid",
        `${gid}`,
        "--clear-groups",
        "--no-new-privs",
        "--bounding-set=-all",
      ];
      return ["unshare", "--mount", "--propagation", "private", "sh", "-c", mountCommands, "sh", ...drop, ...command];
    };
    const toNode = (list: string): string[] => {
      const [program, ...args]: string[] = JSON.parse(toOutside(list).replaceAll("4870", `${port}`));
      expect(program).toBe("node");
      return [nodePath, ...args];
    };
    const environment = (): Record<string, string> => ({
      PATH: process.env["PATH"] ?? "",
      ...Object.fromEntries(valuesOf(finalStage, "ENV").map((value) => toOutside(value).split(/=(.*)/s).slice(0, 2))),
      // The only settings that a container has to itself and this test does not.
      PORT: `${port}`,
      HOST: "127.0.0.1",
    });
    const run = (command: readonly string[]): SpawnSyncReturns<string> => {
      const [file = "", ...args] = confine(command);
      return spawnSync(file, args, { cwd: toOutside("/data"), env: environment(), encoding: "utf8" });
    };
    const start = (): Promise<RunningProgram> => {
      const [entrypoint = ""] = valuesOf(finalStage, "ENTRYPOINT");
      const [command = ""] = valuesOf(finalStage, "CMD");
      const options = { cwd: toOutside("/data"), env: environment() };
      return startProgram(confine([...toNode(entrypoint), ...JSON.parse(command)]), options, (output) =>
        output.includes('"msg":"listening"'),
      );
    };

    it("contains the server and its runtime dependencies, and nothing of the build", () => {
      const app = toOutside("/app");
      for (const name of ["dist/main.js", "package.json", "node_modules/fastify"])
        expect(existsSync(join(app, name))).toBe(true);
      for (const name of ["src", "test", "node_modules/tsup", "node_modules/typescript", "node_modules/vitest"]) {
        expect(existsSync(join(app, name)), name).toBe(false);
      }
      expect(existsSync(join(toOutside("/src"), "packages/server/test"))).toBe(false);
    });

    it("contains exactly the files of the packed tarball, byte for byte", () => {
      const unpacked = join(directory.path, "unpacked");
      mkdirSync(unpacked);
      const tarball = toOutside("/src/server.tgz");
      expect(spawnSync("tar", ["-xzf", tarball, "-C", unpacked, "--strip-components=1"]).status).toBe(0);
      const compared = spawnSync("diff", ["--recursive", "--brief", unpacked, toOutside("/app")], { encoding: "utf8" });
      const onlyInImage = `Only in ${toOutside("/app")}: `;
      const differences = compared.stdout.split("\n").filter((line) => line !== "");
      expect(differences.map((line) => line.replace(onlyInImage, "")).sort()).toEqual([
        "node_modules",
        "pnpm-lock.yaml",
        "pnpm-workspace.yaml",
      ]);
    });

    it("runs without capabilities on a read-only file system, except for its data", () => {
      const probe = (path: string): SpawnSyncReturns<string> =>
        run([nodePath, "-e", `require("fs").writeFileSync(${JSON.stringify(path)}, "x")`]);
      for (const path of [toOutside("/app/dist/probe"), join(directory.path, "probe"), "/etc/briksync-probe"]) {
        expect(probe(path).stderr, path).toContain("EROFS");
      }
      expect(probe(toOutside("/data/probe")).stderr).toBe("");
      const rights = run(["sh", "-c", "id -u; grep -E 'CapEff|CapBnd|NoNewPrivs' /proc/self/status"]).stdout;
      expect(rights.replaceAll("\t", " ")).toBe(
        "1000\nCapEff: 0000000000000000\nCapBnd: 0000000000000000\nNoNewPrivs: 1\n",
      );
    });

    it("serves, passes its own health check, keeps its data over a restart, and stops on SIGTERM", async () => {
      const [check = ""] = valuesOf(finalStage, "HEALTHCHECK").map((value) => value.replace(/^.*? CMD /, ""));
      expect(run(toNode(check)).status).toBe(1);

      const person = [
        "--email",
        "ada@partner.com",
        "--first-name",
        "Ada",
        "--last-name",
        "Lovelace",
        "--company",
        "Acme Corp",
      ];
      const first = await start();
      try {
        expect(run(toNode(check)).status).toBe(0);
        const admin = [nodePath, toOutside("/app/dist/main.js"), "admin", "create", ...person, "--json"];
        const created = run(admin);
        expect(created.status, created.stderr).toBe(0);
        expect(statSync(toOutside("/data/briksync.db")).uid).toBe(1000);
        expect(statSync(toOutside("/data/briksync.db.secrets.json")).mode & 0o777).toBe(0o600);
        await first.stop();
        expect(first.child.exitCode).toBe(0);

        const second = await start();
        try {
          const client = createHttpClient(`http://127.0.0.1:${port}`);
          const { password } = JSON.parse(created.stdout);
          const json = { email: "ada@partner.com", password };
          expect((await client.call("POST", "/external/v1/auth/signin", { json })).status).toBe(200);
          client.close();
        } finally {
          await second.stop();
        }
      } finally {
        await first.stop();
      }
    });
  },
);
