import { type Logger, type LoggerOptions, pino, stdSerializers, stdTimeFunctions } from "pino";

/**
 * Returns a logger that writes JSON lines with `print`, which must not block. JSON escapes line breaks and control
 * characters, and lines never contain client input (see `request-log.ts`). So clients cannot forge log lines or control
 * a terminal (S-36).
 */
export function createLogger(level: string, print: (line: string) => void): Logger {
  const options: LoggerOptions = {
    level,
    base: null,
    timestamp: stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    // Log type, message and stack of an error, but no request and no headers.
    serializers: { err: stdSerializers.err },
  };
  return pino(options, { write: (line) => print(line.trimEnd()) });
}
