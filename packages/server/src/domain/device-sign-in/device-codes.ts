import type { DeviceSignInRecord } from "../../store/records.ts";
import type { Dependencies, Transaction } from "../dependencies.ts";
import { hasCheckedForm, type RandomBytes } from "../keys/client-secret.ts";
import type { PepperedHash } from "../keys/secret-hash.ts";
import { isBeyond } from "../timestamp.ts";

/** How long a device can wait for its user, in seconds. */
export const deviceSignInSeconds = 600;

/** Consonants only, so that no word appears, and no letters that look like digits (RFC 8628, section 6.1). */
const letters = "BCDFGHJKLMNPQRSTVWXZ";
const userCodeLetters = 8;
/** Bytes from this value on are not used, because they would make the first letters more likely. */
const byteEnd = 256 - (256 % letters.length);

/** Returns a new user code of 8 letters. There are 2.6 × 10¹⁰ different codes. */
export function generateUserCode(randomBytes: RandomBytes): string {
  let code = "";
  while (code.length < userCodeLetters) {
    const [byte = byteEnd] = randomBytes(1);
    if (byte < byteEnd) code += letters[byte % letters.length];
  }
  return code;
}

/** Returns a user code as people read it: `BCDF-GHJK`. */
export function formatUserCode(code: string): string {
  return `${code.slice(0, userCodeLetters / 2)}-${code.slice(userCodeLetters / 2)}`;
}

/**
 * Returns the letters of a user code that somebody typed. Ignores case, spaces and dashes. Returns null for other
 * texts.
 */
export function readUserCode(text: string): string | null {
  const code = text.replace(/[\s\p{Dash_Punctuation}]/gu, "").toUpperCase();
  return new RegExp(`^[${letters}]{${userCodeLetters}}$`).test(code) ? code : null;
}

/** Returns the digest to store of a user code. */
export function digestUserCode(pepper: PepperedHash, code: string): Buffer {
  return pepper.digestToken("user-code", code);
}

/** Returns the digest to store of a device code. */
export function digestDeviceCode(pepper: PepperedHash, code: string): Buffer {
  return pepper.digestToken("device-code", code);
}

/** Finds the sign-in of a device code under all configured peppers. Also returns the pepper of its digest. */
export async function findByDeviceCode(
  tx: Dependencies | Transaction,
  code: string,
): Promise<{ readonly signIn: DeviceSignInRecord; readonly pepper: PepperedHash } | null> {
  if (!hasCheckedForm("dev", code)) return null;
  for (const pepper of tx.secretHasher.all) {
    const signIn = await tx.store.deviceSignIns.findByDeviceCode(digestDeviceCode(pepper, code));
    if (signIn !== null) return { signIn, pepper };
  }
  return null;
}

/**
 * Returns whether a sign-in has expired. An expiry too far in the future comes from a clock that was ahead, and counts
 * too.
 */
export function isExpired({ expiresOn }: Pick<DeviceSignInRecord, "expiresOn">, now: Date): boolean {
  return expiresOn <= now.toISOString() || isBeyond(expiresOn, now, deviceSignInSeconds);
}
