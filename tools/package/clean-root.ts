import { type SpawnSyncReturns, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { cacheDirectory, runTool } from "./run-tool.ts";

/** The dependencies of the Debian package that a minimal Debian lacks. */
const dependencies = ["libstdc++6", "libgcc-s1", "libatomic1"];

/** A separate Debian system without Node. */
export interface CleanRoot {
  readonly path: string;
  run(command: readonly string[], options?: { input?: string; env?: Record<string, string> }): SpawnSyncReturns<string>;
}

/** Unpacks a minimal Debian of this machine's release into a new directory. Downloads it at the first call. */
export function createCleanRoot(path: string): CleanRoot {
  const [, release = ""] = /^VERSION_CODENAME=(.*)$/m.exec(readFileSync("/etc/os-release", "utf8")) ?? [];
  const archive = join(cacheDirectory, `debian-${release}.tar`);
  if (!existsSync(archive)) {
    mkdirSync(cacheDirectory, { recursive: true });
    const part = `${archive}.${process.pid}.tar`;
    try {
      const options = ["--variant=essential", `--include=${dependencies.join(",")}`];
      runTool("mmdebstrap", [...options, release, part]);
      renameSync(part, archive);
    } finally {
      rmSync(part, { force: true });
    }
  }
  mkdirSync(path);
  runTool("tar", ["-xf", archive, "-C", path]);
  // The temporary directory of the machine has the socket of the keychain. It may be below /dev.
  const enter = [
    'mount --rbind /dev "$0/dev"',
    'mount --bind /tmp "$0/tmp"',
    'mount -t proc proc "$0/proc"',
    'exec chroot "$0" "$@"',
  ].join(" && ");
  return {
    path,
    run: ([...command], { input = "", env = {} } = {}) =>
      spawnSync("unshare", ["--mount", "--propagation", "private", "sh", "-c", enter, path, ...command], {
        env: { PATH: "/usr/sbin:/usr/bin:/sbin:/bin", LC_ALL: "C.UTF-8", ...env },
        input,
        encoding: "utf8",
        timeout: 60_000,
      }),
  };
}
