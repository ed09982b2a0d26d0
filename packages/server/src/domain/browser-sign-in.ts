import { createHash } from "node:crypto";
import type { Dependencies } from "./dependencies.ts";
import type { ProviderRedirect } from "./identity-provider.ts";
import { toReturnPath } from "./return-path.ts";
import { isSameSecret } from "./same-secret.ts";
import type { PepperedHash } from "./secret-hash.ts";

/** How long a sign-in may take, the mail with a link included. */
export const signInSeconds = 15 * 60;

/** A sign-in that began: what the browser keeps in a cookie, and what the provider is asked for. */
export interface BegunSignIn {
  readonly ticket: string;
  readonly redirect: ProviderRedirect;
}

/** A sign-in that a browser came back from, and may finish once. */
export interface ReturnedSignIn {
  readonly verifier: string;
  readonly returnPath: string;
  /** Under which it counts as spent, until it is over. */
  readonly digest: Buffer;
  readonly expiresOn: string;
}

const ticketCharactersMax = 3_000;

/**
 * Begins a sign-in with a redirect. Nothing is stored: the browser keeps a ticket (random, with the time it ends and the way
 * back), and the state and the PKCE verifier (RFC 7636) are digests of that under the server's pepper. A state can therefore
 * only be shown by the browser that has the ticket, and nobody but this server can make either.
 */
export function beginBrowserSignIn(deps: Dependencies, publicUrl: string, returnTo: string | undefined): BegunSignIn {
  const expiresMs = deps.now().getTime() + signInSeconds * 1000;
  const content = [deps.randomBytes(24).toString("base64url"), String(expiresMs), toReturnPath(returnTo)];
  const ticket = Buffer.from(JSON.stringify(content)).toString("base64url");
  const { state, verifier } = deriveProof(deps.secretHasher.current, ticket);
  return {
    ticket,
    redirect: {
      challenge: createHash("sha256").update(verifier).digest("base64url"),
      returnUrl: `${publicUrl}/api/auth/callback?state=${state}`,
    },
  };
}

/** The sign-in of this ticket, if the state is its own and its time is not over; else null. */
export function findReturnedSignIn(
  deps: Dependencies,
  ticket: string | undefined,
  state: string | undefined,
): ReturnedSignIn | null {
  if (ticket === undefined || state === undefined || ticket.length > ticketCharactersMax) return null;
  for (const pepper of deps.secretHasher.all) {
    const proof = deriveProof(pepper, ticket);
    if (!isSameSecret(proof.state, state)) continue;
    const [, expiresMs, returnPath] = JSON.parse(Buffer.from(ticket, "base64url").toString()) as string[];
    const expiresOn = new Date(Number(expiresMs));
    if (expiresOn <= deps.now()) return null;
    return {
      verifier: proof.verifier,
      returnPath: toReturnPath(returnPath),
      digest: pepper.digestToken("sign-in-spent", ticket),
      expiresOn: expiresOn.toISOString(),
    };
  }
  return null;
}

function deriveProof(pepper: PepperedHash, ticket: string): { readonly state: string; readonly verifier: string } {
  return {
    state: pepper.digestToken("sign-in-state", ticket).toString("base64url"),
    verifier: pepper.digestToken("sign-in-verifier", ticket).toString("base64url"),
  };
}
