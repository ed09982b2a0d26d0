import { createPublicKey, diffieHellman, generateKeyPairSync } from "node:crypto";
import { hsalsa, xsalsa20poly1305 } from "@noble/ciphers/salsa.js";
import { blake2b } from "@noble/hashes/blake2.js";

/** A key pair of libsodium's sealed boxes, which GitHub uses for secrets. */
export interface SealedBox {
  /** The public key, in base64. */
  readonly publicKey: string;
  /** Returns the text of a box in base64. Throws if it was sealed for another key or changed. */
  open(sealed: string): string;
}

/** Creates a key pair. The format is described at doc.libsodium.org, "Sealed boxes". */
export function createSealedBox(): SealedBox {
  const pair = generateKeyPairSync("x25519");
  const publicKey = Buffer.from(pair.publicKey.export({ format: "jwk" }).x ?? "", "base64url");
  return {
    publicKey: publicKey.toString("base64"),
    open(sealed) {
      const bytes = Buffer.from(sealed, "base64");
      const sender = bytes.subarray(0, 32);
      const jwk = { kty: "OKP", crv: "X25519", x: sender.toString("base64url") };
      const shared = diffieHellman({
        privateKey: pair.privateKey,
        publicKey: createPublicKey({ key: jwk, format: "jwk" }),
      });
      const key = new Uint32Array(8);
      hsalsa(toWords(Buffer.from("expand 32-byte k")), toWords(shared), new Uint32Array(4), key);
      const nonce = blake2b(Buffer.concat([sender, publicKey]), { dkLen: 24 });
      const cipher = xsalsa20poly1305(new Uint8Array(key.buffer), nonce);
      return Buffer.from(cipher.decrypt(bytes.subarray(32))).toString("utf8");
    },
  };
}

function toWords(bytes: Buffer): Uint32Array {
  return new Uint32Array(Uint8Array.from(bytes).buffer);
}
