import { getSystemErrorMessage } from "node:util";

/** Returns whether `error` is a system error of Node with one of the codes. Without codes, any code matches. */
export function isNodeError(error: unknown, ...codes: string[]): error is NodeJS.ErrnoException & { code: string } {
  if (!(error instanceof Error) || !("code" in error) || typeof error.code !== "string") return false;
  return codes.length === 0 || codes.includes(error.code);
}

/** Words that are clearer than those of the system. */
const reasons: Readonly<Record<string, string>> = {
  ENOSPC: "the disk is full",
  EDQUOT: "your disk quota is exceeded",
  EPERM: "permission denied",
  EROFS: "the file system is read-only",
  ENOTDIR: "a part of the path is not a directory",
};

/** Returns the reason of an error in words: `no such file or directory` for ENOENT. */
export function explainSystemError(error: unknown): string {
  if (!isNodeError(error)) return String(error);
  const { code, errno = 0 } = error;
  // Errors of Node itself have no number, or a positive one.
  return reasons[code] ?? (errno < 0 ? getSystemErrorMessage(errno) : String(error));
}
