import type { Kysely } from "kysely";
import type { Plan } from "../../domain/access.ts";
import type { CreatorRecord, TokenGrant } from "../records.ts";
import type { Tables } from "../tables.ts";

/** Returns who created the grants of these rows, by user ID and company. */
export async function readCreators(
  db: Kysely<Tables>,
  grants: readonly { readonly createdBy: string; readonly companyId: string }[],
): Promise<(grant: { readonly createdBy: string; readonly companyId: string }) => CreatorRecord> {
  const ids = [...new Set(grants.map(({ createdBy }) => createdBy))];
  if (ids.length === 0) return ({ createdBy }) => ({ userId: createdBy, email: "", hasLeft: true });
  const users = await db.selectFrom("users").select(["id", "email", "disabledOn"]).where("id", "in", ids).execute();
  const memberships = await db
    .selectFrom("memberships")
    .select(["userId", "companyId"])
    .where("userId", "in", ids)
    .execute();
  return ({ createdBy, companyId }) => {
    const user = users.find(({ id }) => id === createdBy);
    const isMember = memberships.some((one) => one.userId === createdBy && one.companyId === companyId);
    const hasLeft = user === undefined || user.disabledOn !== null || !isMember;
    return { userId: createdBy, email: user?.email ?? "", hasLeft };
  };
}

/** Returns what a token allows, from the joined row of a trust or automation token and its company. */
export function toTokenGrant(
  row: Pick<Tables["trusts"], "id" | "name" | "may" | "fromCidrs" | "companyId"> & {
    readonly companyName: string;
    readonly plan: Plan;
  },
  keys: readonly { readonly keyId: string }[],
): TokenGrant {
  const { id, name, may, fromCidrs, companyId, companyName, plan } = row;
  return {
    id,
    name,
    may: JSON.parse(may),
    fromCidrs: JSON.parse(fromCidrs),
    keyIds: keys.map(({ keyId }) => keyId),
    company: { id: companyId, name: companyName, plan },
  };
}
