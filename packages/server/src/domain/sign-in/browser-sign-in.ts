import { createHash } from "node:crypto";
import type { Dependencies } from "../dependencies.ts";
import type { ProviderRedirect } from "../identity/identity-provider.ts";
import type { PepperedHash } from "../keys/secret-hash.ts";
import { isSameSecret } from "../same-secret.ts";
import { isBeyond } from "../timestamp.ts";
import { toReturnPath } from "./return-path.ts";

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
/** 32 characters as base64url. */
const ticketRandomBytes = 24;

/**
 * Begins a sign-in with a redirect. Nothing is stored: the browser keeps a ticket (random, with the time it ends and the way
 * back), and the state and the PKCE verifier (RFC 7636) are digests of that under the server's pepper. A state can therefore
 * only be shown by the browser that has the ticket, and nobody but this server can make either. A ticket that the browser
 * holds already is used again, with its own way back, while half of its time is left.
 */
export function beginBrowserSignIn(
  deps: Dependencies,
  publicUrl: string,
  returnTo: string | undefined,
  heldTicket?: string | undefined,
): BegunSignIn {
  const isUsable = heldTicket !== undefined && hasHalfOfItsTime(deps, heldTicket);
  const ticket = isUsable ? heldTicket : createTicket(deps, returnTo);
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
    const content = readTicket(ticket);
    const expiresOn = new Date(content?.expiresMs ?? 0);
    const now = deps.now();
    if (content === null || expiresOn <= now || isBeyond(expiresOn.toISOString(), now, signInSeconds)) return null;
    return {
      verifier: proof.verifier,
      returnPath: toReturnPath(content.returnPath),
      digest: pepper.digestToken("sign-in-spent", ticket),
      expiresOn: expiresOn.toISOString(),
    };
  }
  return null;
}

function createTicket(deps: Dependencies, returnTo: string | undefined): string {
  const expiresMs = deps.now().getTime() + signInSeconds * 1000;
  const content = [
    deps.randomBytes(ticketRandomBytes).toString("base64url"),
    String(expiresMs),
    toReturnPath(returnTo),
  ];
  return Buffer.from(JSON.stringify(content)).toString("base64url");
}

/** What a ticket says, proven or not; null where it does not have the form of one. */
function readTicket(ticket: string): { readonly expiresMs: number; readonly returnPath: string } | null {
  const [random, expiresMs, returnPath, more] = listTexts(Buffer.from(ticket, "base64url").toString());
  if (random === undefined || expiresMs === undefined || returnPath === undefined || more !== undefined) return null;
  if (!/^[\w-]{32}$/.test(random) || !/^\d{1,15}$/.test(expiresMs)) return null;
  return { expiresMs: Number(expiresMs), returnPath };
}

/** The texts of a JSON list of texts; none where it is anything else. */
function listTexts(json: string): readonly string[] {
  try {
    const list: unknown = JSON.parse(json);
    return Array.isArray(list) && list.every((text) => typeof text === "string") ? list : [];
  } catch {
    return [];
  }
}

/** Nobody has vouched for the ticket yet: one that would last longer than ours do is none of them. */
function hasHalfOfItsTime(deps: Dependencies, ticket: string): boolean {
  const content = ticket.length > ticketCharactersMax ? null : readTicket(ticket);
  if (content === null) return false;
  const leftSeconds = (content.expiresMs - deps.now().getTime()) / 1000;
  return leftSeconds >= signInSeconds / 2 && leftSeconds <= signInSeconds;
}

function deriveProof(pepper: PepperedHash, ticket: string): { readonly state: string; readonly verifier: string } {
  return {
    state: pepper.digestToken("sign-in-state", ticket).toString("base64url"),
    verifier: pepper.digestToken("sign-in-verifier", ticket).toString("base64url"),
  };
}
