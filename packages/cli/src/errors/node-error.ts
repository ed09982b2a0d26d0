import { getSystemErrorMessage } from "node:util";

/** Returns whether `error` is a system error of Node with one of the codes. Without codes, any code matches. */
export function isNodeError(error: unknown, ...codes: string[]): error is NodeJS.ErrnoException & { code: string } {
  if (!(error instanceof Error) || !("code" in error) || typeof error.code !== "string") return false;
  return codes.length === 0 || codes.includes(error.code);
}

/** Returns the reason of an error in words: `no such file or directory` for ENOENT. */
export function explainSystemError(error: unknown): string {
  return isNodeError(error) && error.errno !== undefined ? getSystemErrorMessage(error.errno) : String(error);
}
