import { hideSecrets, sanitizeText } from "../../text/sanitize.ts";

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
    // gh indents with tabs, which would be shown as \t.
    const shown = lines.map((line) => sanitizeText(line.replaceAll("\t", " ")).trim()).filter((line) => line !== "");
    return shown
      .slice(-linesMax)
      .map((line) => (line.length > lineLengthMax ? `${line.slice(0, lineLengthMax)}…` : line));
  }
}

/** This many consecutive characters of a secret count as a part of it. */
const pieceLength = 8;

/**
 * Removes a secret from a text, plain or encoded (base64 at any offset, hex, percent, JSON). Also removes parts of at
 * least 8 characters, and other texts that look like a client secret.
 */
export function redactSecret(text: string, secret: string): string {
  if (secret === "") return hideSecrets(text);
  const pieces = new Set(listDisguises(secret).flatMap(listPieces));
  const lengths = new Set([...pieces].map((piece) => piece.length));
  let redacted = "";
  let hiddenUntil = 0;
  for (let at = 0; at < text.length; at += 1) {
    for (const length of lengths) {
      if (!pieces.has(text.slice(at, at + length))) continue;
      if (at >= hiddenUntil) redacted += "[secret]";
      hiddenUntil = Math.max(hiddenUntil, at + length);
    }
    if (at >= hiddenUntil) redacted += text.charAt(at);
  }
  return hideSecrets(redacted);
}

function listPieces(text: string): string[] {
  const length = Math.min(pieceLength, text.length);
  return Array.from({ length: text.length - length + 1 }, (_, start) => text.slice(start, start + length));
}

function listDisguises(secret: string): string[] {
  const bytes = Buffer.from(secret, "utf8");
  const encoded = [0, 1, 2].map((offset) => encodeBase64(bytes, offset));
  const urlSafe = encoded.map((text) => text.replaceAll("+", "-").replaceAll("/", "_"));
  const hex = bytes.toString("hex");
  const texts = [encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1), hex, hex.toUpperCase()];
  return [secret, ...[...texts, ...encoded, ...urlSafe].filter((text) => text.length >= pieceLength)];
}

// Returns the base64 characters that depend only on these bytes, if `offset` (mod 3) other bytes come before them.
function encodeBase64(bytes: Buffer, offset: number): string {
  const text = Buffer.concat([Buffer.alloc(offset), bytes]).toString("base64");
  const bits = (offset + bytes.length) * 8;
  return text.slice(Math.ceil((offset * 8) / 6), Math.floor(bits / 6));
}
