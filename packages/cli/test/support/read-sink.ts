import { readFileSync } from "node:fs";

/** Where a secret is delivered to, as its consumer reads it: a file that holds it alone, or one variable of a dotenv file. */
export interface SinkPlace {
  readonly path: string;
  readonly variable?: string;
}

/** The secret that a sink holds at this moment, or null where there is none. */
export function readSink({ path, variable }: SinkPlace): string | null {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch {
    return null;
  }
  if (variable === undefined) return /^(sec_[0-9a-f]{48})\n?$/.exec(text)?.[1] ?? null;
  return new RegExp(`^${variable}=["']?(sec_[0-9a-f]{48})["']?$`, "m").exec(text)?.[1] ?? null;
}
