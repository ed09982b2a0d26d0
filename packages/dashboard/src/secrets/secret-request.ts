import type { BrikSync } from "@briksync/sdk/browser";

/** A request whose response contains a secret. It is repeated unchanged, with the same Idempotency-Key. */
export type SecretRequest =
  | { readonly kind: "create"; readonly name: string; readonly ipAllowlist: readonly string[] }
  | {
      readonly kind: "rotate";
      readonly keyId: string;
      readonly name: string;
      /** With overlap: the old secret works until the user finishes the rotation. */
      readonly isStaged: boolean;
      /** How long the old secret works. Only without overlap. */
      readonly graceSeconds: number;
      /** Whether the user takes the lease from another rotation. */
      readonly isTakeOver: boolean;
    }
  | {
      readonly kind: "create-token";
      readonly name: string;
      readonly keyIds: readonly string[];
      readonly expiresAt: string;
    }
  | { readonly kind: "rotate-token"; readonly tokenId: string; readonly name: string };

/** A new secret, and what the user needs to use it. */
export interface NewSecret {
  /** Null for an automation token. */
  readonly key: { readonly id: string; readonly clientId: string } | null;
  readonly name: string;
  /** Returns the secret. A function, so that nothing prints it by accident. */
  readonly reveal: () => string;
  /** ID of the staged rotation. Null after a create and an immediate rotation. */
  readonly rotationId: string | null;
  readonly leaseExpiresOn: string | null;
}

/** Sends a request. The same Idempotency-Key returns the same secret for 24 hours, until the secret is replaced. */
export async function sendSecretRequest(
  sdk: BrikSync,
  request: SecretRequest,
  idempotencyKey: string,
): Promise<NewSecret> {
  if (request.kind === "create") {
    const { name, ipAllowlist } = request;
    const input = ipAllowlist.length === 0 ? { name } : { name, ipAllowlist };
    return describe(request, await sdk.keys.create(input, { idempotencyKey }));
  }
  if (request.kind === "create-token") {
    const { name, keyIds, expiresAt } = request;
    return describeToken(await sdk.tokens.create({ name, may: ["rotate"], keyIds, expiresAt }, { idempotencyKey }));
  }
  if (request.kind === "rotate-token") {
    return describeToken(await sdk.tokens.rotate(request.tokenId, { idempotencyKey }));
  }
  const { keyId, isStaged, graceSeconds, isTakeOver } = request;
  if (!isStaged) return describe(request, await sdk.keys.rotate(keyId, { graceSeconds, idempotencyKey }));
  const options = { mode: "staged", idempotencyKey, ...(isTakeOver && { takeOver: true }) } as const;
  const { id: rotationId, key, clientSecret, leaseExpiresOn } = await sdk.keys.rotate(keyId, options);
  return { ...describe(request, { ...key, clientSecret }), rotationId, leaseExpiresOn };
}

type KeyWithSecret = Pick<Awaited<ReturnType<BrikSync["keys"]["create"]>>, "id" | "name" | "clientId" | "clientSecret">;

function describe(
  request: SecretRequest,
  { id, name = request.name, clientId, clientSecret }: KeyWithSecret,
): NewSecret {
  const reveal = (): string => clientSecret.reveal();
  return { key: { id, clientId }, name, reveal, rotationId: null, leaseExpiresOn: null };
}

function describeToken({ name, token }: Awaited<ReturnType<BrikSync["tokens"]["create"]>>): NewSecret {
  return { key: null, name, reveal: () => token.reveal(), rotationId: null, leaseExpiresOn: null };
}
