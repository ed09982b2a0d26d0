import type { RefreshTokenRecord } from "../../store/records.ts";
import type { SessionRepository } from "../../store/store.ts";
import type { Dependencies } from "../dependencies.ts";
import type { PepperedHash } from "../keys/secret-hash.ts";

/** A refresh token as the client holds it, with the digest under which it is stored. */
export interface RefreshToken {
  readonly text: string;
  readonly digest: Buffer;
}

/** A new one, of 256 random bits. */
export function createRefreshToken(deps: Dependencies): RefreshToken {
  const text = deps.randomBytes(32).toString("base64url");
  return { text, digest: deps.secretHasher.digestToken("refresh-token", text) };
}

/**
 * The token that follows a given one. It is derived, not random, so that a client whose answer was lost, or two
 * processes that refresh at once, get the same successor; nobody can compute it without the server's pepper.
 */
function deriveSuccessor(pepper: PepperedHash, text: string): RefreshToken {
  const successor = pepper.digestToken("refresh-successor", text).toString("base64url");
  return { text: successor, digest: pepper.digestToken("refresh-token", successor) };
}

/** Finds a presented token under any pepper that is still configured. */
export async function findRefreshToken(
  deps: Dependencies,
  sessions: SessionRepository,
  text: string,
): Promise<{ digest: Buffer; stored: RefreshTokenRecord; successor: RefreshToken } | null> {
  for (const pepper of deps.secretHasher.all) {
    const digest = pepper.digestToken("refresh-token", text);
    const stored = await sessions.findRefreshToken(digest);
    if (stored !== null) return { digest, stored, successor: deriveSuccessor(pepper, text) };
  }
  return null;
}
