import type { FailureKind, Fault } from "./transport.ts";

/** The meaning of an error of a request without a response. */
export interface FaultReading {
  readonly kind: FailureKind;
  /** False only if there was no connection. */
  readonly mayBeSent: boolean;
  readonly fault: Fault;
}

/** Failures that a retry does not fix. They include 4xx of a proxy, except 408 and 429. */
const unreachable =
  /^ENOTFOUND$|CERT|SELF_SIGNED|^ERR_TLS|^ERR_SSL|UNABLE_TO|^UND_ERR_INVALID|^ERR_PROXY_TUNNEL_4(?!08|29)/;
const noConnection =
  /^(ECONNREFUSED|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|UND_ERR_CONNECT_TIMEOUT|ConnectionRefused|FailedToOpenSocket)$/;
const notHttp = /^(HPE_|UND_ERR_HEADERS_OVERFLOW)/;

/** Interprets the error codes of Node, undici and Bun. */
export function readFault(error: unknown): FaultReading {
  const fault = findInnermostFault(error);
  if (unreachable.test(fault.code)) return { kind: "unreachable", mayBeSent: false, fault };
  if (notHttp.test(fault.code)) {
    return {
      kind: "not-http",
      mayBeSent: true,
      fault: { ...fault, message: "the server does not speak HTTP" },
    };
  }
  return { kind: "connection", mayBeSent: !noConnection.test(fault.code), fault };
}

/** Follows the nested causes of an error of `fetch` to the innermost one, which has the details. */
function findInnermostFault(error: unknown): Fault {
  let fault: Fault = { message: "", code: "" };
  let current = error;
  for (let depth = 0; depth < 5 && typeof current === "object" && current !== null; depth++) {
    const { name, message, code, errors, cause } = current as Record<string, unknown>;
    // undici's parser sets a code on only some of its errors.
    const parserCode = name === "HTTPParserError" ? "HPE_INVALID" : fault.code;
    fault = {
      message: typeof message === "string" && message !== "" ? message : fault.message,
      code: typeof code === "string" ? code : parserCode,
    };
    current = Array.isArray(errors) ? errors[0] : cause;
  }
  return fault;
}
