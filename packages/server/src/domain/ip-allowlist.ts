import { AppError, invalidField, notFound } from "../errors.ts";
import type { AllowedIpRecord } from "../store/store.ts";
import type { Actor, Origin } from "./access.ts";
import { recordAudit } from "./audit.ts";
import { parseCidr } from "./cidr.ts";
import type { Dependencies } from "./dependencies.ts";
import { getKey } from "./list-keys.ts";
import { checkNote } from "./names.ts";

const entriesPerKeyMax = 100;

/** The ranges a key may be used from; an empty list means from everywhere. Throws NOT_FOUND. */
export async function listAllowedIps(
  deps: Pick<Dependencies, "store" | "usage">,
  actor: Actor,
  keyId: string,
): Promise<readonly AllowedIpRecord[]> {
  return (await getKey(deps, actor, keyId)).ipAllowlist;
}

function requireNote(text: string | null | undefined): string | null {
  if (text === null || text === undefined) return null;
  const checked = checkNote(text);
  if (!checked.ok) throw invalidField("/note", checked.message);
  return checked.note === "" ? null : checked.note;
}

/**
 * Adds a range to the key's allowlist, or finds the entry that has it already (`isNew: false`).
 * @throws {AppError} VALIDATION_FAILED, NOT_FOUND, KEY_REVOKED.
 */
export async function allowIp(
  deps: Dependencies,
  actor: Actor,
  keyId: string,
  input: { readonly cidr: string; readonly note?: string | null; readonly expiresAt?: string | null },
  origin: Origin,
): Promise<{ readonly entry: AllowedIpRecord; readonly isNew: boolean }> {
  const parsed = parseCidr(input.cidr);
  if (!parsed.ok) throw invalidField("/cidr", parsed.message);
  const now = deps.now();
  const note = requireNote(input.note);
  const expiresAt = input.expiresAt == null ? null : new Date(input.expiresAt).toISOString();
  if (expiresAt !== null && expiresAt <= now.toISOString()) throw invalidField("/expiresAt", "lies in the past");
  return deps.store.transact(async (repositories) => {
    const { keys } = repositories;
    if (!(await keys.lockKey(actor.companyId, keyId))) throw notFound();
    const key = await keys.find(actor.companyId, keyId);
    if (key === null) throw notFound();
    if (key.status === "revoked") throw new AppError("KEY_REVOKED");
    const existing = key.ipAllowlist.find((candidate) => candidate.cidr === parsed.cidr.text);
    if (existing !== undefined) return { entry: existing, isNew: false };
    if (key.ipAllowlist.length >= entriesPerKeyMax) {
      throw invalidField("/cidr", `the key has ${entriesPerKeyMax} entries already, which is the most`);
    }
    const entry = { id: deps.newId(), cidr: parsed.cidr.text, note, createdOn: now.toISOString(), expiresAt };
    await keys.insertAllowedIp(keyId, entry);
    await recordAudit(deps, repositories, {
      action: "key.ip_allowed",
      companyId: actor.companyId,
      actor,
      origin,
      key,
      details: { cidr: entry.cidr, note, expiresAt },
    });
    return { entry, isNew: true };
  });
}

/**
 * Removes an entry. Removing the last one opens the key to every address.
 * @throws {AppError} NOT_FOUND.
 */
export async function disallowIp(
  deps: Dependencies,
  actor: Actor,
  keyId: string,
  entryId: string,
  origin: Origin,
): Promise<void> {
  await deps.store.transact(async (repositories) => {
    const { keys } = repositories;
    if (!(await keys.lockKey(actor.companyId, keyId))) throw notFound();
    const key = await keys.find(actor.companyId, keyId);
    const removed = await keys.deleteAllowedIp(keyId, entryId);
    if (key === null || removed === null) throw notFound();
    await recordAudit(deps, repositories, {
      action: "key.ip_disallowed",
      companyId: actor.companyId,
      actor,
      origin,
      key,
      details: { cidr: removed.cidr },
    });
  });
}
