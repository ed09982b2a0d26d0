import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { SinkLocation } from "../support/read-sink.ts";
import type { Scenario } from "./scenario.ts";

/** A sink that contains the first secret of a key. */
export interface TrialSink {
  readonly location: SinkLocation;
  /** The value for `--to`. */
  readonly spec: string;
  /** Stores the ID of the process that the sink's command kills. */
  setPid(pid: number): void;
  /** Returns whether its fault has happened. */
  hasFailed(): boolean;
}

/** Creates a sink in its own directory. The fault of an `exec` sink happens once. */
export function createTrialSink(directory: string, { sink, sinkFault }: Scenario, secret: string): TrialSink {
  mkdirSync(directory, { recursive: true });
  const path = join(directory, "sink");
  const setPid = (pid: number): void => writeFileSync(join(directory, "pid"), String(pid));
  const hasFailed = (): boolean => sinkFault !== null && !existsSync(join(directory, "faulty"));
  if (sink === "env") {
    writeFileSync(path, `FIRST=1\nAPI_SECRET=${secret}\nLAST=1\n`, { mode: 0o600 });
    return { location: { path, variable: "API_SECRET" }, spec: `env:${path}#API_SECRET`, setPid, hasFailed };
  }
  writeFileSync(path, secret, { mode: 0o600 });
  if (sink === "file") return { location: { path }, spec: `file:${path}`, setPid, hasFailed };
  const act = sinkFault?.kind === "fails" ? "exit 1" : 'kill -9 "$(cat pid)"';
  const once = (when: string): string => (sinkFault?.when === when ? `rm faulty 2>/dev/null && ${act}` : ":");
  if (sinkFault !== null) writeFileSync(join(directory, "faulty"), "");
  // Two runs may execute the script at the same time, so each writes its own file before the rename.
  const script = [
    `cd '${directory}' || exit 2`,
    "cat > new.$$",
    once("before it writes"),
    "mv new.$$ sink",
    once("after it wrote"),
    "exit 0",
  ];
  writeFileSync(join(directory, "deliver.sh"), `${script.join("\n")}\n`);
  return { location: { path }, spec: `exec:sh ${join(directory, "deliver.sh")}`, setPid, hasFailed };
}
