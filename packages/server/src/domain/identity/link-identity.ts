import type { MembershipRecord, UserRecord } from "../../store/records.ts";
import type { Origin } from "../access.ts";
import { actingFor, recordCall } from "../audit/record-audit.ts";
import type { Dependencies, Transaction } from "../dependencies.ts";
import type { IdentityProvider, ProviderClaims, ProviderUser } from "./identity-provider.ts";

/** The user of a provider's token, as confirmed by the provider. */
interface ConfirmedUser {
  readonly user: UserRecord;
  readonly needsSecondFactor: boolean;
  /** The identity was linked already, so the provider did not have to verify the user's address. */
  readonly wasLinked: boolean;
}

/**
 * Returns the user of a provider's token, or null if they must not sign in. This is the linked user, or else the user
 * whom an admin invited with the address of the token. The provider has not confirmed the address yet.
 */
export async function findInvited(
  deps: Dependencies,
  provider: IdentityProvider,
  claims: ProviderClaims,
): Promise<Pick<ConfirmedUser, "user" | "wasLinked"> | null> {
  const { identities, users } = deps.store;
  const linked = await identities.findUser(provider.name, claims.subject);
  const user = linked ?? (claims.email === "" ? null : await users.findByLogin(claims.email));
  if (user === null || user.disabledOn !== null) return null;
  if ((await users.listMemberships(user.id)).length === 0) return null;
  if (linked !== null) return { user, wasLinked: true };
  const identity = await identities.findIdentity(provider.name, user.id);
  if (identity === null) return { user, wasLinked: false };
  // Another call may have linked the same identity since the first look-up.
  return identity.subject === claims.subject ? { user, wasLinked: true } : null;
}

/**
 * Returns the user of a provider's token. This is the linked user, or else the user whom an admin invited with the
 * email address that the provider has verified. Refuses unknown users before it calls the provider.
 */
export async function confirmUser(
  deps: Dependencies,
  provider: IdentityProvider,
  claims: ProviderClaims,
  accessToken: string,
): Promise<ConfirmedUser | "not-invited" | "second-factor-missing"> {
  const invited = await findInvited(deps, provider, claims);
  if (invited === null) return "not-invited";
  const { user, wasLinked } = invited;
  // Only the provider's response is cached. Decisions of operators on this server apply with the next request.
  const cacheKey = [claims.sessionId, claims.isSecondFactorShown, user.id, !wasLinked].join(" ");
  const refusal = deps.refusedSessions.find(cacheKey);
  if (refusal !== null) return refusal;
  const known = await provider.readUser(accessToken);
  const refused = findRefusal(claims, wasLinked ? null : user.email, known);
  if (refused !== null) deps.refusedSessions.note(cacheKey, refused);
  const needsSecondFactor = known?.hasSecondFactor === true;
  return refused ?? { user, needsSecondFactor, wasLinked };
}

/**
 * Returns why the provider's data does not allow the user to sign in, or null. `invitedEmail` is the address to verify,
 * if any.
 */
function findRefusal(
  claims: ProviderClaims,
  invitedEmail: string | null,
  known: ProviderUser | null,
): "not-invited" | "second-factor-missing" | null {
  if (known === null || known.subject !== claims.subject) return "not-invited";
  if (invitedEmail !== null && known.verifiedEmail !== invitedEmail) return "not-invited";
  return known.hasSecondFactor && !claims.isSecondFactorShown ? "second-factor-missing" : null;
}

/**
 * Links the identity to the user inside the caller's transaction and returns the user's companies. Returns null if the
 * identity belongs to another user, or if the user must not sign in. Also returns null if an operator has unlinked the
 * identity since `confirmUser` found it linked. A user has one identity per provider. A later owner of the same address
 * is another person.
 */
export async function linkIdentity(
  tx: Transaction,
  provider: IdentityProvider,
  claims: ProviderClaims,
  { user, wasLinked }: ConfirmedUser,
  origin: Origin,
): Promise<MembershipRecord[] | null> {
  const { identities, users } = tx.store;
  const identity = { provider: provider.name, subject: claims.subject };
  // A command that disables the user or ends sessions waits for this lock and then finds this session.
  await users.lockUser(user.id);
  const current = await users.findById(user.id);
  const memberships = await users.listMemberships(user.id);
  const [company] = memberships;
  if (current === null || current.disabledOn !== null || company === undefined) return null;
  if (wasLinked || !(await identities.link({ ...identity, userId: user.id, linkedOn: tx.now().toISOString() }))) {
    const owner = await identities.findUser(identity.provider, identity.subject);
    return owner?.id === user.id ? memberships : null;
  }
  const call = { actor: actingFor(user, company.id), origin };
  await recordCall(tx, call, { action: "user.identity_linked", details: identity });
  return memberships;
}
