import type { ExitCode } from "../errors/exit-codes.ts";

/** What one look found. `exitCode` is set where it failed, `hint` says what to do about it. */
export interface Finding {
  readonly check: string;
  readonly status: "ok" | "warning" | "failed" | "skipped";
  readonly message: string;
  readonly hint?: string;
  readonly exitCode?: ExitCode;
}

/** Says that all is well. */
export function ok(check: string, message: string): Finding {
  return { check, status: "ok", message };
}

/** Says that something is worth knowing but stops nothing. */
export function warning(check: string, message: string, hint?: string): Finding {
  return { check, status: "warning", message, ...(hint !== undefined && { hint }) };
}

/** Says that something does not work, and with which exit code commands will fail because of it. */
export function failed(check: string, exitCode: ExitCode, message: string, hint?: string): Finding {
  return { check, status: "failed", message, exitCode, ...(hint !== undefined && { hint }) };
}

/** Says that there was nothing to look at, and why. */
export function skipped(check: string, message: string): Finding {
  return { check, status: "skipped", message };
}
