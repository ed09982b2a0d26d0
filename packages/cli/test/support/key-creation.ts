import type { Admin } from "./admin.ts";
import type { CliResult } from "./cli-process.ts";
import type { WorkDirectory } from "./lifetimes.ts";

/** Options of a run that creates a key. By default, each key has its own name. */
export interface CreateOptions {
  readonly name?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly more?: readonly string[];
}

/** Returns a function that creates a key in a directory and delivers its secret to sinks. `always` are further arguments. */
export function useKeyCreation(
  admin: Admin,
  directory: WorkDirectory,
  ...always: string[]
): (sinks: readonly string[], options?: CreateOptions) => Promise<CliResult> {
  let keys = 0;
  return (sinks, { name, env = {}, more = [] } = {}) => {
    keys += 1;
    const to = sinks.flatMap((sink) => ["--to", sink]);
    const args = ["keys", "create", name ?? `Key ${keys}`, ...always, ...to, ...more];
    return admin.run(args, { cwd: directory.path, env });
  };
}
