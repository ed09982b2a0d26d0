import { type ChildProcess, spawn } from "node:child_process";
import { repositoryRoot } from "./paths.ts";

/**
 * `pnpm dev`: builds the SDK after each change of its sources. Runs the server from its sources, and restarts it after
 * each change. The CLI runs from its sources too: `node packages/cli/src/program/bin.ts keys list`. The database is
 * `.briksync/dev.db`.
 */
const commands = [
  ["pnpm", "--filter", "@briksync/sdk", "exec", "tsup", "--watch", "src", "--silent"],
  [process.execPath, "--watch-path=packages/server/src", "packages/server/src/main.ts", "serve"],
] as const;

const env = { DATABASE_URL: `sqlite:${repositoryRoot}.briksync/dev.db`, ...process.env };
const children = commands.map(
  ([program, ...args]): ChildProcess => spawn(program, args, { cwd: repositoryRoot, env, stdio: "inherit" }),
);

const stop = (): void => {
  for (const child of children) child.kill();
};
process.on("SIGINT", stop);
process.on("SIGTERM", stop);
for (const child of children) {
  child.on("exit", (code) => {
    process.exitCode ||= code ?? 0;
    stop();
  });
}
