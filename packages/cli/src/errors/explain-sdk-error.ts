import { type BrikSyncError, type ErrorDetail, isApiError } from "@briksync/sdk";
import { adviseOnTls } from "./advise-on-tls.ts";
import { type ExitCode, findExitCode } from "./exit-codes.ts";

/** The report of a failure, for text and JSON. */
export interface ErrorReport {
  readonly type: string;
  readonly message: string;
  readonly exitCode: ExitCode;
  readonly status?: number | undefined;
  readonly requestId?: string | undefined;
  readonly hint?: string | undefined;
  readonly details?: readonly string[];
}

/** Information about the run for the report. `credentialName` is the environment variable of the credential, if any. */
export interface ErrorSurroundings {
  readonly server?: string | undefined;
  readonly credentialName?: string | undefined;
  readonly isDebug: boolean;
}

/** Converts an SDK error to a report: what happened, what is known about its effect, and the next step. */
export function explainSdkError(error: BrikSyncError, surroundings: ErrorSurroundings): ErrorReport {
  const details: readonly ErrorDetail[] = "details" in error && Array.isArray(error.details) ? error.details : [];
  const isRepeated = details.every((detail) => error.message.includes(detail.message));
  return {
    type: error.type,
    message: formatMessage(error, surroundings),
    exitCode: findExitCode(error.type, error.status),
    status: error.status,
    requestId: error.requestId,
    hint: findHint(error, surroundings),
    details: isRepeated ? [] : details.map((detail) => `${detail.path.replace(/^\//, "")}: ${detail.message}`),
  };
}

function formatMessage(error: BrikSyncError, { server, credentialName }: ErrorSurroundings): string {
  if (isApiError(error) && error.feature !== undefined) {
    return `${server ?? "This server"} does not support this (${error.feature}).`;
  }
  if (isGatewayLimit(error)) return `${server ?? "The server"}, or a gateway in front of it, limits the request rate.`;
  switch (error.type) {
    case "ABORTED":
      return error.outcome === "unknown"
        ? "Interrupted. The request was sent, so the server may or may not have executed it."
        : "Interrupted. Nothing was changed.";
    case "UNAUTHORIZED":
      if (credentialName === undefined) return "The server rejected your session. It has expired or was ended.";
      if (credentialName === "BRIKSYNC_TRUST") return "The server rejected the token that it issued for this job.";
      return `The server rejected the token from ${credentialName}.`;
    case "CONNECTION_FAILED":
    case "TIMEOUT":
      return error.outcome === "unknown"
        ? `${error.message} The server may or may not have executed the request.`
        : error.message;
    default:
      return endSentence(error.message);
  }
}

/** Adds the full stop that messages of the server do not have. A command for copying at the end stays as it is. */
function endSentence(text: string): string {
  return /[.!?]$|: briksync [^.]*$/.test(text) ? text : `${text}.`;
}

function findHint(error: BrikSyncError, { server, credentialName }: ErrorSurroundings): string | undefined {
  const { retryAfterSeconds } = error;
  const { code = "", message = "" } = (error.cause ?? {}) as { code?: string; message?: string };
  const whenLimited =
    retryAfterSeconds === undefined ? "Wait a moment and try again." : `Try again in ${retryAfterSeconds} s.`;
  if (isGatewayLimit(error)) return whenLimited;
  switch (error.type) {
    case "TRUST_DENIED":
    case "ASSERTION_INVALID":
      return "To see the verdict for each claim, run in this job: briksync trust explain";
    case "SCOPE_DENIED":
      return "To see what this token allows, run: briksync whoami";
    case "UNAUTHORIZED":
    case "NOT_SIGNED_IN":
      if (credentialName === "BRIKSYNC_TRUST") return "To see the state of the trust, run: briksync trust explain";
      return credentialName === undefined
        ? "Sign in again: briksync login"
        : `Set ${credentialName} to a valid token, or unset it.`;
    case "SIGN_IN_FAILED":
      return "Check the email address and the password.";
    case "PASSWORD_CHANGE_REQUIRED":
      return "To change your password, run: briksync password change";
    case "FORBIDDEN":
      // For a second factor, the message of the server already names the command.
      if (error.message.includes("briksync login")) return undefined;
      return "Ask a Super Admin of your company for access. To see your role, run: briksync whoami";
    case "RATE_LIMITED":
      return whenLimited;
    case "CONNECTION_FAILED": {
      const isRefused = code === "ECONNREFUSED";
      const check = `Check that ${server ?? "the server"} is the right server${isRefused ? " and that it runs" : ""}.`;
      return adviseOnTls(code, message) ?? `${check} To diagnose the problem, run: briksync doctor`;
    }
    case "TIMEOUT":
      return "To wait longer, pass --timeout SECONDS. To diagnose the problem, run: briksync doctor";
    case "INVALID_RESPONSE":
      return `Check that ${server ?? "the URL"} is a BrikSync server. To diagnose the problem, run: briksync doctor`;
    case "ABORTED":
      return error.outcome === "unknown" ? "To check the result, run: briksync keys list" : undefined;
    default:
      return undefined;
  }
}

/** Returns whether a gateway returned 429 instead of the server. */
function isGatewayLimit({ type, status }: BrikSyncError): boolean {
  return status === 429 && type === "INVALID_RESPONSE";
}
