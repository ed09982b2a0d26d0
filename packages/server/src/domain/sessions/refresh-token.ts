import type { RefreshTokenRecord } from "../../store/records.ts";
import type { Dependencies, Transaction } from "../dependencies.ts";
import type { PepperedHash } from "../keys/secret-hash.ts";

/** A refresh token with its stored digest. */
export interface RefreshToken {
  readonly text: string;
  readonly digest: Buffer;
}

/** Returns a new refresh token with 256 random bits. */
export function createRefreshToken(tx: Dependencies | Transaction): RefreshToken {
  const text = tx.randomBytes(32).toString("base64url");
  return { text, digest: tx.secretHasher.digestToken("refresh-token", text) };
}

/**
 * Returns the successor of a refresh token. It is derived, so that a client with a lost response, or two concurrent
 * refreshes, get the same token. Deriving it requires the pepper of the server.
 */
function deriveSuccessor(pepper: PepperedHash, text: string): RefreshToken {
  return deriveToken(pepper, "refresh-successor", text);
}

/** Returns the first refresh token of a device's session. It is derived from the device code, for the same reason. */
export function deriveDeviceToken(pepper: PepperedHash, deviceCode: string): RefreshToken {
  return deriveToken(pepper, "device-refresh", deviceCode);
}

function deriveToken(pepper: PepperedHash, purpose: string, from: string): RefreshToken {
  const text = pepper.digestToken(purpose, from).toString("base64url");
  return { text, digest: pepper.digestToken("refresh-token", text) };
}

/** Finds a refresh token under all configured peppers. */
export async function findRefreshToken(
  tx: Dependencies | Transaction,
  text: string,
): Promise<{ digest: Buffer; stored: RefreshTokenRecord; successor: RefreshToken } | null> {
  for (const pepper of tx.secretHasher.all) {
    const digest = pepper.digestToken("refresh-token", text);
    const stored = await tx.store.sessions.findRefreshToken(digest);
    if (stored !== null) return { digest, stored, successor: deriveSuccessor(pepper, text) };
  }
  return null;
}
