import { createHash } from "node:crypto";
import { AppError } from "../../errors.ts";
import type { Origin } from "../access.ts";
import type { Dependencies } from "../dependencies.ts";
import {
  type IdentityProvider,
  IdentityProviderUnavailableError,
  type ProviderRedirect,
} from "../identity/identity-provider.ts";
import type { PepperedHash } from "../keys/secret-hash.ts";
import { normalizeLogin } from "../login-name.ts";
import { isSameSecret } from "../same-secret.ts";
import { beginAttempt } from "../sign-in-limits/sign-in-attempt.ts";
import { isBeyond } from "../timestamp.ts";
import { toReturnPath } from "./return-path.ts";

/** Maximum duration of a sign-in, including the email with a link. */
export const signInSeconds = 15 * 60;

/** A started sign-in: the cookie of the browser, and the request to the provider. */
export interface StartedSignIn {
  readonly ticket: string;
  readonly redirect: ProviderRedirect;
}

/** A sign-in that returned from the provider. It can be finished once. */
export interface ReturnedSignIn {
  readonly verifier: string;
  readonly returnPath: string;
  /** Identifies the sign-in as used until it expires. */
  readonly digest: Buffer;
  readonly expiresOn: string;
}

const ticketCharactersMax = 3_000;
/** 32 characters in base64url. */
const ticketRandomBytes = 24;

/**
 * Starts a sign-in by redirect. The server stores nothing. The browser keeps a ticket with random bytes, the expiry and
 * the return path. The state and the PKCE verifier (RFC 7636) are digests of the ticket under the server's pepper. So
 * only the browser with the ticket can present a state, and only this server can create either. A ticket is reused,
 * with its own return path, until half of its time is over.
 */
export function beginBrowserSignIn(
  deps: Dependencies,
  publicUrl: string,
  returnTo: string | undefined,
  currentTicket?: string | undefined,
): StartedSignIn {
  const isUsable = currentTicket !== undefined && hasHalfItsTimeLeft(deps, currentTicket);
  const ticket = isUsable ? currentTicket : createTicket(deps, returnTo);
  const { state, verifier } = deriveProof(deps.secretHasher.current, ticket);
  return {
    ticket,
    redirect: {
      challenge: createHash("sha256").update(verifier).digest("base64url"),
      returnUrl: `${publicUrl}/api/auth/callback?state=${state}`,
    },
  };
}

/** Returns the sign-in of a ticket if the state matches and the ticket has not expired, or null. */
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

/** Returns the content of a ticket without verifying it, or null if it is malformed. */
function readTicket(ticket: string): { readonly expiresMs: number; readonly returnPath: string } | null {
  const [random, expiresMs, returnPath, more] = listTexts(Buffer.from(ticket, "base64url").toString());
  if (random === undefined || expiresMs === undefined || returnPath === undefined || more !== undefined) return null;
  if (!/^[\w-]{32}$/.test(random) || !/^\d{1,15}$/.test(expiresMs)) return null;
  return { expiresMs: Number(expiresMs), returnPath };
}

/** Returns the strings of a JSON list of strings, or an empty list. */
function listTexts(json: string): readonly string[] {
  try {
    const list: unknown = JSON.parse(json);
    return Array.isArray(list) && list.every((text) => typeof text === "string") ? list : [];
  } catch {
    return [];
  }
}

/**
 * Returns whether at least half of a ticket's time is left. The ticket is not verified yet. A ticket that lasts longer
 * than a new one is not from this server.
 */
function hasHalfItsTimeLeft(deps: Dependencies, ticket: string): boolean {
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

/**
 * Asks the provider to send an email with a sign-in link for the browser that started the sign-in. The result is the
 * same for unknown addresses. Each email counts like a failed sign-in, so that this server cannot be used to flood an
 * inbox. On a known device of the address's user, others cannot use up the limit.
 */
export async function mailSignInLink(
  deps: Dependencies,
  provider: IdentityProvider,
  { email, deviceToken }: { readonly email: string; readonly deviceToken: string | undefined },
  { redirect }: StartedSignIn,
  origin: Origin,
): Promise<"sent" | "too-many" | "unavailable"> {
  const address = normalizeLogin(email);
  try {
    const user = await deps.store.users.findByLogin(address);
    const message = { kind: "password", login: `mail ${address}`, accountId: null, address: origin.ip } as const;
    const attempt = await beginAttempt(deps, message, { user, deviceToken });
    deps.signInLimiter.recordFailure(attempt);
    await provider.mailSignInLink(address, redirect);
    return "sent";
  } catch (error) {
    if (error instanceof AppError && error.type === "RATE_LIMITED") return "too-many";
    if (!(error instanceof IdentityProviderUnavailableError)) throw error;
    deps.reportFailure("cannot send a sign-in link", error);
    return "unavailable";
  }
}
