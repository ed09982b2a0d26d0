import { readFileSync } from "node:fs";

/** The location of a delivered secret: a file that contains only the secret, or a variable of a dotenv file. */
export interface SinkLocation {
  readonly path: string;
  readonly variable?: string;
}

/** Returns the secret that is in a sink now, or null if there is none. */
export function readSink({ path, variable }: SinkLocation): string | null {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch {
    return null;
  }
  if (variable === undefined) return /^(sec_[0-9a-f]{48})\n?$/.exec(text)?.[1] ?? null;
  return new RegExp(`^${variable}=["']?(sec_[0-9a-f]{48})["']?$`, "m").exec(text)?.[1] ?? null;
}
