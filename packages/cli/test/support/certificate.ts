import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";

/** A self-signed certificate: its path, and the options for a TLS server. */
export interface Certificate {
  readonly path: string;
  readonly key: Buffer;
  readonly cert: Buffer;
}

/** Creates a certificate for these hostnames in a directory. Requires openssl. */
export function makeCertificate(directory: string, ...hostnames: readonly string[]): Certificate {
  const path = join(directory, "cert.pem");
  const keyPath = join(directory, "key.pem");
  const names = `subjectAltName=${hostnames.map((hostname) => `DNS:${hostname}`).join(",")}`;
  const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", keyPath];
  const subject = ["-subj", "/CN=test", "-addext", names];
  execFileSync("openssl", ["req", "-x509", ...key, "-out", path, "-days", "3", ...subject], { stdio: "pipe" });
  return { path, key: readFileSync(keyPath), cert: readFileSync(path) };
}
