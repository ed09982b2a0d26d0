import { type Logger, type LoggerOptions, pino, stdSerializers, stdTimeFunctions } from "pino";

/**
 * Returns a logger that hands JSON lines to `print`, which must not block. Line breaks and control characters inside values are escaped by JSON itself, and a client's text
 * is never part of a line (see `request-log.ts`), so a log cannot be forged or a terminal driven through it (S-36).
 */
export function createLogger(level: string, print: (line: string) => void): Logger {
  const options: LoggerOptions = {
    level,
    base: null,
    timestamp: stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    // The error's type, message and stack; no request, no headers.
    serializers: { err: stdSerializers.err },
  };
  return pino(options, { write: (line) => print(line.trimEnd()) });
}
