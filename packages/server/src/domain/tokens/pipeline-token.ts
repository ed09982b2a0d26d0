import { hasCheckedForm } from "../keys/client-secret.ts";
import type { SecretHasher } from "../keys/secret-hash.ts";

/** Tokens of pipelines: `run_` for a run under a trust, `aut_` for systems without an identity of their own. */
export type PipelineTokenKind = "run" | "aut";

/** Returns the kind of a token with the form and checksum of one. It may still be invalid. Null for other texts. */
export function readPipelineTokenKind(text: string): PipelineTokenKind | null {
  if (hasCheckedForm("run", text)) return "run";
  return hasCheckedForm("aut", text) ? "aut" : null;
}

/** Returns the digest to store. */
export function digestPipelineToken({ current }: SecretHasher, kind: PipelineTokenKind, token: string): Buffer {
  return current.digestToken(`${kind}-token`, token);
}

/** Returns the digests under which a stored token may be, one for each accepted pepper. */
export function listPipelineTokenDigests({ all }: SecretHasher, kind: PipelineTokenKind, token: string): Buffer[] {
  return all.map((pepper) => pepper.digestToken(`${kind}-token`, token));
}
