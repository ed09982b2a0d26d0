import { readFileSync, statSync } from "node:fs";
import { type ConnectionOptions, checkServerIdentity } from "node:tls";
import type { PostgresLocation } from "./location.ts";

/**
 * Reads a private key, and refuses one that others can read, as libpq does: its owner alone, or root's and readable by a group.
 * @throws {Error} that says how to fix it; file system errors as they are.
 */
function readPrivateKey(path: string): string {
  const { mode, uid } = statSync(path);
  if ((mode & (uid === 0 ? 0o037 : 0o077)) !== 0) {
    throw new Error(`${path}: others can read this private key. Run: chmod 600 ${path}`);
  }
  return readFileSync(path, "utf8");
}

/** How a connection made now is secured; false: not at all. Reads the certificates: file system errors as they are. */
export function readTls({ tls, host }: PostgresLocation): ConnectionOptions | false {
  if (tls.mode === "disable") return false;
  const files = {
    ...(tls.authorityFile === undefined ? {} : { ca: readFileSync(tls.authorityFile, "utf8") }),
    ...(tls.certificateFile === undefined ? {} : { cert: readFileSync(tls.certificateFile, "utf8") }),
    ...(tls.keyFile === undefined ? {} : { key: readPrivateKey(tls.keyFile) }),
  };
  if (tls.mode === "require") return { ...files, rejectUnauthorized: false };
  if (tls.mode === "verify-ca") return { ...files, rejectUnauthorized: true, checkServerIdentity: () => undefined };
  // Named here, because for an address `pg` gives Node no name, and Node then compares with "localhost".
  return { ...files, rejectUnauthorized: true, checkServerIdentity: (_name, peer) => checkServerIdentity(host, peer) };
}
