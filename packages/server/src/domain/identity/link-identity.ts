import type { MembershipRecord, UserRecord } from "../../store/records.ts";
import type { Repositories } from "../../store/store.ts";
import type { Origin } from "../access.ts";
import { recordAudit } from "../audit/record-audit.ts";
import type { Dependencies } from "../dependencies.ts";
import type { IdentityProvider, ProviderClaims, ProviderUser } from "./identity-provider.ts";

/** The user a provider's token stands for, by the provider's own word. */
interface VouchedUser {
  readonly user: UserRecord;
  readonly needsSecondFactor: boolean;
}

/**
 * Finds whose token this is: the user its subject is linked to, else, once, the one whom an admin created under the e-mail
 * address that the provider has verified. Strangers are sent away before the provider is asked.
 */
export async function vouchForUser(
  deps: Dependencies,
  provider: IdentityProvider,
  claims: ProviderClaims,
  accessToken: string,
): Promise<VouchedUser | "not-invited" | "second-factor-missing"> {
  const { identities, users } = deps.store;
  const linked = await identities.findUser(provider.name, claims.subject);
  const invited = linked ?? (claims.email === "" ? null : await users.findByLogin(claims.email));
  if (invited === null || invited.disabledOn !== null) return "not-invited";
  if ((await users.listMemberships(invited.id)).length === 0) return "not-invited";
  if (linked === null && (await identities.findIdentity(provider.name, invited.id)) !== null) return "not-invited";
  // Only what the provider said is remembered. What operators decide here counts with the next request.
  const question = [claims.sessionId, claims.isSecondFactorShown, invited.id, linked === null].join(" ");
  const refusal = deps.refusedSessions.find(question);
  if (refusal !== null) return refusal;
  const known = await provider.readUser(accessToken);
  const answer = judge(claims, linked === null ? invited.email : null, known);
  if (answer !== null) deps.refusedSessions.note(question, answer);
  return answer ?? { user: invited, needsSecondFactor: known?.hasSecondFactor === true };
}

/** What speaks against the user, by the provider's word; `invitedEmail` is the address to prove, if there is one. */
function judge(
  claims: ProviderClaims,
  invitedEmail: string | null,
  known: ProviderUser | null,
): "not-invited" | "second-factor-missing" | null {
  if (known === null || known.subject !== claims.subject) return "not-invited";
  if (invitedEmail !== null && known.verifiedEmail !== invitedEmail) return "not-invited";
  return known.hasSecondFactor && !claims.isSecondFactorShown ? "second-factor-missing" : null;
}

/**
 * Makes sure, inside the caller's transaction, that the identity is this user's, and answers his companies; null when it is
 * not, or he may not act any more. A user has one identity at a provider: whoever has his address there later is somebody else.
 */
export async function linkIdentity(
  deps: Dependencies,
  repositories: Repositories,
  provider: IdentityProvider,
  claims: ProviderClaims,
  user: UserRecord,
  origin: Origin,
): Promise<MembershipRecord[] | null> {
  const { identities, users } = repositories;
  const identity = { provider: provider.name, subject: claims.subject };
  // Who disables him, or ends his sessions, waits, and then finds this one.
  await users.lockUser(user.id);
  const current = await users.findById(user.id);
  const memberships = await users.listMemberships(user.id);
  const [company] = memberships;
  if (current === null || current.disabledOn !== null || company === undefined) return null;
  if (!(await identities.link({ ...identity, userId: user.id, linkedOn: deps.now().toISOString() }))) {
    const owner = await identities.findUser(identity.provider, identity.subject);
    return owner?.id === user.id ? memberships : null;
  }
  await recordAudit(deps, repositories, {
    action: "user.identity_linked",
    companyId: company.id,
    actor: { userId: user.id, email: user.email },
    origin,
    details: identity,
  });
  return memberships;
}
