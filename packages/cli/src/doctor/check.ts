import type { ExitCode } from "../errors/exit-codes.ts";

/** The result of one check. `exitCode` is set if it failed. `hint` says what to do. */
export interface Finding {
  readonly check: string;
  readonly status: "ok" | "warning" | "failed" | "skipped";
  readonly message: string;
  readonly hint?: string;
  readonly exitCode?: ExitCode;
}

/** Returns a passed check. */
export function ok(check: string, message: string): Finding {
  return { check, status: "ok", message };
}

/** Returns a warning, which does not fail the command. */
export function warning(check: string, message: string, hint?: string): Finding {
  return { check, status: "warning", message, ...(hint !== undefined && { hint }) };
}

/** Returns a failed check, with the exit code that commands will have because of it. */
export function failed(check: string, exitCode: ExitCode, message: string, hint?: string): Finding {
  return { check, status: "failed", message, exitCode, ...(hint !== undefined && { hint }) };
}

/** Returns a skipped check, with the reason. */
export function skipped(check: string, message: string): Finding {
  return { check, status: "skipped", message };
}
