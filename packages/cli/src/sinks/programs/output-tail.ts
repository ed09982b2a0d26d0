import { sanitizeText } from "../../text/sanitize.ts";
import { redactSecret } from "./redact-secret.ts";

const bytesMax = 64 * 1024;
const linesMax = 6;
const lineLengthMax = 300;

/** The last part of a program's output, with a size limit. */
export class OutputTail {
  #kept = Buffer.alloc(0);
  #isCut = false;

  /** Appends output. */
  add(bytes: Buffer): void {
    const all = Buffer.concat([this.#kept, bytes]);
    this.#isCut ||= all.length > bytesMax;
    this.#kept = all.subarray(Math.max(0, all.length - bytesMax));
  }

  /** The stored output, which may contain the secret. Use it for matching only. */
  get text(): string {
    const text = this.#kept.toString("utf8");
    // The first line may start in the middle of a secret, which could then not be recognized.
    return this.#isCut ? text.slice(text.indexOf("\n") + 1 || text.length) : text;
  }

  /** Returns the last lines, sanitized and without the secret. */
  readLines(secret: string): readonly string[] {
    const lines = redactSecret(this.text, secret).split(/[\r\n]+/);
    const shown = lines.map((line) => sanitizeText(line).trim()).filter((line) => line !== "");
    return shown
      .slice(-linesMax)
      .map((line) => (line.length > lineLengthMax ? `${line.slice(0, lineLengthMax)}…` : line));
  }
}
