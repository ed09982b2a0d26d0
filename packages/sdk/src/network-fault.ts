import { redact } from "./redact.ts";

interface NetworkFault {
  readonly message: string;
  readonly code: string;
}

/**
 * A plain copy of what a transport threw, for `cause`: message and code of the innermost error, cleaned of
 * secrets. The original may hold the request with its headers.
 */
export function describeCause(cause: unknown, secrets: readonly string[]): Error {
  const fault = findInnermostFault(cause);
  const copy = new Error(redact(fault.message, secrets));
  delete copy.stack;
  return fault.code === "" ? copy : Object.assign(copy, { code: fault.code });
}

/** Whether trying again soon is pointless: a name that does not exist, a certificate that is not accepted. */
export function isLastingFault(cause: unknown): boolean {
  const { code } = findInnermostFault(cause);
  return /^ENOTFOUND$|CERT|SELF_SIGNED|^ERR_TLS|^ERR_SSL|UNABLE_TO|^UND_ERR_INVALID/.test(code);
}

function findInnermostFault(cause: unknown): NetworkFault {
  let current: unknown = cause;
  let fault: NetworkFault = { message: "the connection failed", code: "" };
  for (let depth = 0; depth < 5 && typeof current === "object" && current !== null; depth++) {
    const { message, code, errors, cause: inner } = current as Record<string, unknown>;
    fault = {
      message: typeof message === "string" && message !== "" ? message : fault.message,
      code: typeof code === "string" ? code : fault.code,
    };
    current = Array.isArray(errors) ? errors[0] : inner;
  }
  return fault;
}
