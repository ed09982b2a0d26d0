import { type Logger, pino, stdSerializers, stdTimeFunctions } from "pino";

/**
 * JSON lines on stdout. Line breaks and control characters inside values are escaped by JSON itself, and a client's text
 * is never part of a line (see `request-log.ts`), so a log cannot be forged or a terminal driven through it (S-36).
 */
export function createLogger(level: string): Logger {
  return pino({
    level,
    base: null,
    timestamp: stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    // The error's type, message and stack; no request, no headers.
    serializers: { err: stdSerializers.err },
  });
}
