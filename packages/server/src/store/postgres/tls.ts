import { readFileSync, statSync } from "node:fs";
import { type ConnectionOptions, checkServerIdentity } from "node:tls";
import type { PostgresLocation } from "./location.ts";

/**
 * Returns a private key. As libpq does, refuses a file that others can read. It must belong to its owner alone, or to
 * root and be readable by a group.
 * @throws {Error} with a command to fix it. Errors of the file system are not wrapped.
 */
function readPrivateKey(path: string): string {
  const { mode, uid } = statSync(path);
  if ((mode & (uid === 0 ? 0o037 : 0o077)) !== 0) {
    throw new Error(`${path}: others can read this private key. Run: chmod 600 ${path}`);
  }
  return readFileSync(path, "utf8");
}

/**
 * Returns the TLS options of a new connection, or false without TLS. Reads the certificates. Errors of the file system
 * are not wrapped.
 */
export function readTls({ tls, host }: PostgresLocation): ConnectionOptions | false {
  if (tls.mode === "disable") return false;
  const files = {
    ...(tls.authorityFile === undefined ? {} : { ca: readFileSync(tls.authorityFile, "utf8") }),
    ...(tls.certificateFile === undefined ? {} : { cert: readFileSync(tls.certificateFile, "utf8") }),
    ...(tls.keyFile === undefined ? {} : { key: readPrivateKey(tls.keyFile) }),
  };
  if (tls.mode === "require") return { ...files, rejectUnauthorized: false };
  if (tls.mode === "verify-ca") return { ...files, rejectUnauthorized: true, checkServerIdentity: () => undefined };
  // Pass the host explicitly. For an IP address, `pg` passes no name, and Node would compare with "localhost".
  return { ...files, rejectUnauthorized: true, checkServerIdentity: (_name, peer) => checkServerIdentity(host, peer) };
}
