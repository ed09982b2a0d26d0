import type { SecondFactorSignInRecord } from "../../store/records.ts";
import type { Dependencies } from "../dependencies.ts";
import { endAtProvider } from "../identity/end-at-provider.ts";
import type { CodeFactor, IdentityProvider, ProviderClaims } from "../identity/identity-provider.ts";
import { findInvited } from "../identity/link-identity.ts";
import { openSealedResponse, type Seal, sealResponse } from "../keys/sealed-response.ts";
import type { PepperedHash } from "../keys/secret-hash.ts";
import { addSeconds, isBeyond } from "../timestamp.ts";

/** How long a browser can wait for the second factor, in seconds. */
export const secondFactorSeconds = 5 * 60;

const ticketCharactersMax = 128;

/** A sign-in whose first factor was right. */
interface FirstFactor {
  /** Access token of the provider's session. Its refresh token is kept nowhere. */
  readonly accessToken: string;
  readonly returnPath: string;
}

/** The encrypted part of a stored sign-in that waits for the second factor. */
interface SealedSignIn extends FirstFactor {
  readonly factors: readonly CodeFactor[];
  /** The challenge that sent a code to a phone. */
  readonly challenge: { readonly factorId: string; readonly id: string } | null;
}

/** A sign-in of a browser that waits for the second factor. */
export interface WaitingSignIn extends SealedSignIn {
  readonly id: string;
  readonly userId: string;
}

/** The result of the first factor: the ticket for the cookie, or the reason why no sign-in waits. */
export type StartedWaitingSignIn =
  | { readonly outcome: "second-factor-asked"; readonly ticket: string }
  | { readonly outcome: "not-invited" | "second-factor-unsupported" };

/**
 * Stores a sign-in until the user presents the second factor. Only the browser with the ticket can finish it. The
 * provider's session must stay open.
 */
export async function startWaitingSignIn(
  deps: Dependencies,
  provider: IdentityProvider,
  { accessToken, returnPath, claims }: FirstFactor & { readonly claims: ProviderClaims },
): Promise<StartedWaitingSignIn> {
  const invited = await findInvited(deps, provider, claims);
  const known = await provider.readUser(accessToken);
  if (invited === null || known === null) return { outcome: "not-invited" };
  // Put apps first, because a message to a phone takes another step.
  const factors = [...known.codeFactors].sort((one, other) => one.kind.localeCompare(other.kind));
  if (factors.length === 0) return { outcome: "second-factor-unsupported" };
  const ticket = deps.randomBytes(32).toString("base64url");
  const signIn = { id: deps.newId(), userId: invited.user.id, accessToken, returnPath, factors, challenge: null };
  const now = deps.now();
  const leftSeconds = (claims.expiresAt.getTime() - now.getTime()) / 1000;
  const row = {
    id: signIn.id,
    userId: signIn.userId,
    digest: deps.secretHasher.digestToken("second-factor", ticket),
    sealed: seal(deps, signIn),
    expiresOn: addSeconds(now, Math.min(secondFactorSeconds, leftSeconds)),
  };
  await deps.store.transact(({ secondFactors }) => secondFactors.insert(row));
  return { outcome: "second-factor-asked", ticket };
}

/** Returns the sign-in of a ticket, or null if it has ended. */
export async function findWaitingSignIn(deps: Dependencies, ticket: string | undefined): Promise<WaitingSignIn | null> {
  if (ticket === undefined || ticket.length > ticketCharactersMax) return null;
  const digests = deps.secretHasher.all.map((pepper) => pepper.digestToken("second-factor", ticket));
  const record = await deps.store.secondFactors.find(digests);
  const now = deps.now();
  if (record === null || record.expiresOn <= now.toISOString()) return null;
  return isBeyond(record.expiresOn, now, secondFactorSeconds) ? null : openSeal(deps, record);
}

/** Stores the challenge that sent a code to a phone. */
export async function noteChallenge(
  deps: Dependencies,
  waiting: WaitingSignIn,
  challenge: SealedSignIn["challenge"],
): Promise<void> {
  const sealed = seal(deps, { ...waiting, challenge });
  await deps.store.transact(({ secondFactors }) => secondFactors.reseal(waiting.id, sealed));
}

/**
 * Ends a sign-in, first here and then at the provider. If this process dies in between, the removal of expired data ends
 * it at the provider.
 */
export async function endWaitingSignIn(deps: Dependencies, { id, accessToken }: WaitingSignIn): Promise<void> {
  await deps.store.transact(({ secondFactors }) => secondFactors.expire({ id }, deps.now().toISOString()));
  await endAtProvider(deps, accessToken);
}

/**
 * Returns the content of a record. Null if its pepper is gone, or if it belongs to another provider. Decryption needs
 * only the pepper, because the server must end abandoned sign-ins at the provider without their browser.
 */
function openSeal(deps: Dependencies, record: SecondFactorSignInRecord): WaitingSignIn | null {
  const { id, userId } = record;
  for (const pepper of deps.secretHasher.all) {
    const text = openSealedResponse(record.sealed, describeSeal(deps, record, pepper));
    if (text !== null) return { ...(JSON.parse(text) as SealedSignIn), id, userId };
  }
  return null;
}

function seal(deps: Dependencies, signIn: WaitingSignIn): Buffer {
  const { accessToken, returnPath, factors, challenge } = signIn;
  const content: SealedSignIn = { accessToken, returnPath, factors, challenge };
  return sealResponse(JSON.stringify(content), describeSeal(deps, signIn, deps.secretHasher.current), deps.randomBytes);
}

/**
 * Returns the inputs of a seal. They include the provider, so that no token is sent to another project after the
 * configuration changes.
 */
function describeSeal(
  { identityProvider: provider }: Dependencies,
  { id, userId }: Pick<WaitingSignIn, "id" | "userId">,
  pepper: PepperedHash,
): Seal {
  return { clientKey: `second factor ${id}`, pepper, context: `second factor of ${userId} at ${provider?.name}` };
}

/** Maximum number of sign-ins per run. Each needs a call to the provider, and a run must not take long. */
const signInsPerRun = 50;
/**
 * Number of failures that end a run. One session that the provider cannot end must not block the others, but a run must
 * not take long during an outage.
 */
const failuresPerRun = 3;
/**
 * How long the server tries to end an abandoned sign-in, in seconds. After this time, its tokens have expired with
 * every usual configuration.
 */
const triedSeconds = 24 * 60 * 60;

/**
 * Ends abandoned sign-ins at the provider, and then removes them. If the provider fails, the next run tries again.
 * Returns how many were removed.
 */
export async function removeAbandoned(deps: Dependencies): Promise<number> {
  const now = deps.now();
  const { store, identityProvider: provider } = deps;
  let removed = 0;
  let failures = 0;
  for (const record of await store.secondFactors.listExpired(now.toISOString(), signInsPerRun)) {
    const waiting = openSeal(deps, record);
    const isTooOld = record.expiresOn < addSeconds(now, -triedSeconds);
    try {
      if (waiting !== null && !isTooOld) await provider?.signOut(waiting.accessToken);
    } catch (error) {
      deps.reportFailure("cannot end an abandoned sign-in at the identity provider", error);
      failures += 1;
      if (failures === failuresPerRun) return removed;
      continue;
    }
    if (await store.transact(({ secondFactors }) => secondFactors.remove(record.id))) removed += 1;
  }
  return removed;
}
