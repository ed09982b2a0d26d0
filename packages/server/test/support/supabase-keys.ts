import { createSecretKey, randomUUID } from "node:crypto";
import { exportJWK, generateKeyPair, type JWK, SignJWT } from "jose";

/** A signing key of a project, with its entry in the JWKS. */
export interface SigningKey {
  readonly algorithm: string;
  readonly kid: string | undefined;
  /** Null for the legacy secret, which is not in the JWKS. */
  readonly publicJwk: JWK | null;
  sign(claims: Readonly<Record<string, unknown>>, header?: Readonly<Record<string, unknown>>): Promise<string>;
}

/** Creates a new key pair of the project. */
export async function createSigningKey(algorithm: "ES256" | "RS256" = "ES256"): Promise<SigningKey> {
  const { privateKey, publicKey } = await generateKeyPair(algorithm, { extractable: true });
  const kid = randomUUID();
  const jwk = await exportJWK(publicKey);
  return {
    algorithm,
    kid,
    publicJwk: { ...jwk, kid, alg: algorithm, use: "sig", key_ops: ["verify"] },
    sign: (claims, header) =>
      new SignJWT({ ...claims }).setProtectedHeader({ alg: algorithm, kid, typ: "JWT", ...header }).sign(privateKey),
  };
}

/** Returns the project's legacy shared secret. */
export function createSharedKey(secret: string): SigningKey {
  const key = createSecretKey(secret, "utf8");
  return {
    algorithm: "HS256",
    kid: undefined,
    publicJwk: null,
    sign: (claims, header) =>
      new SignJWT({ ...claims }).setProtectedHeader({ alg: "HS256", typ: "JWT", ...header }).sign(key),
  };
}
