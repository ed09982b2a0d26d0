import { readFileSync } from "node:fs";
import { type ConnectionOptions, checkServerIdentity } from "node:tls";
import type { PostgresLocation } from "./postgres-location.ts";

/** How a connection made now is secured; false: not at all. Reads the certificates: file system errors as they are. */
export function readTls({ tls, host }: PostgresLocation): ConnectionOptions | false {
  if (tls.mode === "disable") return false;
  const files = {
    ...(tls.authorityFile === undefined ? {} : { ca: readFileSync(tls.authorityFile, "utf8") }),
    ...(tls.certificateFile === undefined ? {} : { cert: readFileSync(tls.certificateFile, "utf8") }),
    ...(tls.keyFile === undefined ? {} : { key: readFileSync(tls.keyFile, "utf8") }),
  };
  if (tls.mode === "require") return { ...files, rejectUnauthorized: false };
  if (tls.mode === "verify-ca") return { ...files, rejectUnauthorized: true, checkServerIdentity: () => undefined };
  // Named here, because for an address `pg` gives Node no name, and Node then compares with "localhost".
  return { ...files, rejectUnauthorized: true, checkServerIdentity: (_name, peer) => checkServerIdentity(host, peer) };
}
