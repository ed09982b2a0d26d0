import { sanitizeText } from "../../text/sanitize.ts";
import { redactSecret } from "./redact-secret.ts";

const bytesMax = 64 * 1024;
const linesMax = 6;
const lineLengthMax = 300;

/** The end of what a program printed, of bounded size. */
export class OutputTail {
  #kept = Buffer.alloc(0);
  #isCut = false;

  /** Adds what came last. */
  add(bytes: Buffer): void {
    const all = Buffer.concat([this.#kept, bytes]);
    this.#isCut ||= all.length > bytesMax;
    this.#kept = all.subarray(Math.max(0, all.length - bytesMax));
  }

  /** All that was kept, the secret included. For looking into only. */
  get text(): string {
    const text = this.#kept.toString("utf8");
    // The first line may begin in the middle of a secret, which then could not be recognized.
    return this.#isCut ? text.slice(text.indexOf("\n") + 1 || text.length) : text;
  }

  /** The last lines, safe to show and without the secret. */
  readLines(secret: string): readonly string[] {
    const lines = redactSecret(this.text, secret).split(/[\r\n]+/);
    const shown = lines.map((line) => sanitizeText(line).trim()).filter((line) => line !== "");
    return shown
      .slice(-linesMax)
      .map((line) => (line.length > lineLengthMax ? `${line.slice(0, lineLengthMax)}…` : line));
  }
}
