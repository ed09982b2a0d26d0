import type { BrikSyncError } from "@briksync/sdk";
import { CliError, ErrorWithHint } from "../errors/cli-error.ts";
import { exitCodes } from "../errors/exit-codes.ts";
import type { ErrorReport, ErrorSurroundings } from "../errors/explain-sdk-error.ts";
import { hideSecrets, sanitizeText } from "../text/sanitize.ts";
import { formatJson } from "./data-formats.ts";
import type { Io } from "./io.ts";

/** Converts a thrown value to a report. Loads the SDK only if the error is not the CLI's own. */
export async function explainError(error: unknown, surroundings: ErrorSurroundings): Promise<ErrorReport> {
  if (error instanceof ErrorWithHint) {
    const report = await explainError(error.cause, surroundings);
    return { ...report, details: [...(report.details ?? []), ...error.details], hint: error.hint };
  }
  if (error instanceof CliError) {
    return {
      type: error.type,
      message: error.message,
      exitCode: error.exitCode,
      hint: error.hint,
      details: error.details,
    };
  }
  const { isBrikSyncError } = await import("@briksync/sdk");
  if (isBrikSyncError(error)) {
    const { explainSdkError } = await import("../errors/explain-sdk-error.ts");
    return explainSdkError(error, surroundings);
  }
  const message = error instanceof Error ? error.message : String(error);
  const stack = surroundings.isDebug && error instanceof Error ? (error.stack?.split("\n").slice(1) ?? []) : [];
  return {
    type: "UNEXPECTED",
    message: `Unexpected error: ${message}`,
    exitCode: exitCodes.unexpected,
    hint: surroundings.isDebug ? undefined : "For details, run the same command with --debug.",
    details: stack.map((line) => line.trim()),
  };
}

/**
 * Prints a report to stderr, as one JSON object or as text. Hides client secrets in both. In text, each line of the
 * hint gets its own `hint:` line.
 */
export function printErrorReport(io: Io, report: ErrorReport, isJson: boolean): void {
  if (isJson) {
    const { type, message, status, requestId, exitCode, hint, details = [] } = report;
    const error = {
      type,
      message,
      status: status ?? null,
      requestId: requestId ?? null,
      exitCode,
      hint: hint ?? null,
      ...(details.length > 0 && { details }),
    };
    io.writeError(hideSecrets(formatJson({ error })));
    return;
  }
  const { red, dim, cyan } = io.statusColors;
  const lines = [`${red("error:")} ${sanitizeText(report.message)}`];
  const details = report.details ?? [];
  for (const detail of details) lines.push(`  ${sanitizeText(detail)}`);
  for (const hint of report.hint?.split("\n") ?? []) lines.push(`${cyan("hint:")} ${sanitizeText(hint)}`);
  if (report.requestId !== undefined) lines.push(dim(`request ${sanitizeText(report.requestId)}`));
  io.writeError(hideSecrets(lines.join("\n")));
}

/** Returns whether the server rejected the credential, so that signing in again can help. */
export function isSessionRefused(error: unknown): error is BrikSyncError {
  return typeof error === "object" && error !== null && "type" in error && error.type === "UNAUTHORIZED";
}
