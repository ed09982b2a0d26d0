import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { SinkPlace } from "../support/read-sink.ts";
import type { Course } from "./course.ts";

/** A sink that holds a key's first secret, and how the CLI is told of it. */
export interface TrialSink {
  readonly place: SinkPlace;
  /** For `--to`. */
  readonly spec: string;
  /** Tells the sink's command whom to kill. */
  name(pid: number): void;
  /** Whether its fault has happened. */
  hasFailed(): boolean;
}

/** Makes a sink in a directory of its own. The command of an `exec` sink has its fault once. */
export function createTrialSink(directory: string, { sink, sinkFault }: Course, secret: string): TrialSink {
  mkdirSync(directory, { recursive: true });
  const path = join(directory, "sink");
  const name = (pid: number): void => writeFileSync(join(directory, "pid"), String(pid));
  const hasFailed = (): boolean => sinkFault !== null && !existsSync(join(directory, "faulty"));
  if (sink === "env") {
    writeFileSync(path, `FIRST=1\nAPI_SECRET=${secret}\nLAST=1\n`, { mode: 0o600 });
    return { place: { path, variable: "API_SECRET" }, spec: `env:${path}#API_SECRET`, name, hasFailed };
  }
  writeFileSync(path, secret, { mode: 0o600 });
  if (sink === "file") return { place: { path }, spec: `file:${path}`, name, hasFailed };
  const act = sinkFault?.kind === "fails" ? "exit 1" : 'kill -9 "$(cat pid)"';
  const once = (when: string): string => (sinkFault?.when === when ? `rm faulty 2>/dev/null && ${act}` : ":");
  if (sinkFault !== null) writeFileSync(join(directory, "faulty"), "");
  // Two runs may be in it at once, so each has a file of its own until the rename.
  const script = [
    `cd '${directory}' || exit 2`,
    "cat > new.$$",
    once("before it writes"),
    "mv new.$$ sink",
    once("after it wrote"),
    "exit 0",
  ];
  writeFileSync(join(directory, "deliver.sh"), `${script.join("\n")}\n`);
  return { place: { path }, spec: `exec:sh ${join(directory, "deliver.sh")}`, name, hasFailed };
}
