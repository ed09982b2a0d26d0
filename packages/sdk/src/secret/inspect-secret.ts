/** The result of `inspectSecret`. `reason` is a sentence that says why the secret is not valid. */
export interface SecretInspection {
  readonly valid: boolean;
  readonly reason?: string;
}

const prefix = "sec_";
const randomHexLength = 40;
const checksumHexLength = 8;
const fullLength = prefix.length + randomHexLength + checksumHexLength;

/**
 * Checks the format of a `clientSecret` offline: `sec_` and 48 lowercase hex digits. The last 8 digits must be the
 * CRC-32 (IEEE 802.3) of the 44 characters before them. A valid format does not mean that the server accepts the
 * secret. The reason never contains the secret.
 *
 * @example
 * const { valid, reason } = inspectSecret(process.env.BRIKSYNC_CLIENT_SECRET ?? "");
 * if (!valid) console.error(reason);
 */
export function inspectSecret(text: string): SecretInspection {
  const reason = findFault(text);
  return reason === null ? { valid: true } : { valid: false, reason };
}

function findFault(text: string): string | null {
  if (text === "") return "The secret is empty.";
  if (text !== text.trim()) return "The secret starts or ends with whitespace.";
  if (text.startsWith("api_"))
    return "The value starts with api_, so it is a client ID. A client secret starts with sec_.";
  if (!text.startsWith(prefix)) return `The secret does not start with ${prefix}.`;
  if (!/^[0-9a-f]*$/.test(text.slice(prefix.length))) {
    return `The secret contains characters other than 0-9 and a-f after ${prefix}.`;
  }
  if (text.length !== fullLength) return `The secret has ${text.length} characters instead of ${fullLength}.`;
  if (text !== appendChecksum(text.slice(0, -checksumHexLength))) {
    return "The checksum does not match. The secret contains a typing mistake, or it is not a BrikSync secret.";
  }
  return null;
}

/** Returns a text with its checksum. */
export function appendChecksum(text: string): string {
  return text + computeCrc32(text).toString(16).padStart(checksumHexLength, "0");
}

/** Returns the CRC-32 of an ASCII text as an unsigned number (IEEE 802.3: reflected, polynomial 0xEDB88320). */
export function computeCrc32(ascii: string): number {
  let remainder = 0xffffffff;
  for (let index = 0; index < ascii.length; index++) {
    remainder ^= ascii.charCodeAt(index);
    for (let bit = 0; bit < 8; bit++) remainder = (remainder >>> 1) ^ (remainder & 1 ? 0xedb88320 : 0);
  }
  return (remainder ^ 0xffffffff) >>> 0;
}
