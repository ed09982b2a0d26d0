import { AppError, invalidField, notFound } from "../../errors.ts";
import type { AllowedIpRecord, KeyRecord } from "../../store/records.ts";
import type { Actor, Origin } from "../access.ts";
import { recordAudit } from "../audit/record-audit.ts";
import type { Dependencies } from "../dependencies.ts";
import { checkNote } from "../names.ts";
import { parseTimestamp } from "../timestamp.ts";
import { getKey } from "./list-keys.ts";
import { readCidr, refuseSecret } from "./stored-text.ts";

const entriesPerKeyMax = 100;

/** Returns the allowlist of a key. An empty list allows every address. Throws NOT_FOUND. */
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
  refuseSecret("/note", checked.note);
  return checked.note === "" ? null : checked.note;
}

/** Returns a future time in canonical form, or null for no expiry. */
function requireExpiry(text: string | null | undefined, now: Date): string | null {
  if (text === null || text === undefined) return null;
  const expiresAt = parseTimestamp(text);
  if (expiresAt === null) throw invalidField("/expiresAt", "must be a time such as 2026-02-01T10:30:00.000Z");
  if (expiresAt <= now.toISOString()) throw invalidField("/expiresAt", "must be in the future");
  return expiresAt;
}

/**
 * Returns the later of two expiry times. Null (no expiry) is the latest. Adding an entry never shortens an existing
 * one.
 */
function chooseLater(one: string | null, other: string | null): string | null {
  if (one === null || other === null) return null;
  return one > other ? one : other;
}

/**
 * Adds a network to the allowlist of a key. The same network again returns the existing entry (`isNew: false`), with
 * the later expiry and the new note, if any.
 * @throws {AppError} VALIDATION_FAILED, NOT_FOUND, KEY_REVOKED.
 */
export async function allowIp(
  deps: Dependencies,
  actor: Actor,
  keyId: string,
  input: { readonly cidr: string; readonly note?: string | null; readonly expiresAt?: string | null },
  origin: Origin,
): Promise<{ readonly entry: AllowedIpRecord; readonly isNew: boolean }> {
  const cidr = readCidr(input.cidr);
  if (!cidr.ok) throw invalidField("/cidr", cidr.message);
  const now = deps.now();
  const note = requireNote(input.note);
  const expiresAt = requireExpiry(input.expiresAt, now);
  return deps.store.transact(async (repositories) => {
    const { keys } = repositories;
    const recordAllowed = (key: KeyRecord, entry: AllowedIpRecord): Promise<void> =>
      recordAudit(deps, repositories, {
        action: "key.ip_allowed",
        companyId: actor.companyId,
        actor,
        origin,
        key,
        details: { cidr: entry.cidr, note: entry.note, expiresAt: entry.expiresAt },
      });
    if (!(await keys.lockKey(actor.companyId, keyId))) throw notFound();
    const key = await keys.find(actor.companyId, keyId);
    if (key === null) throw notFound();
    if (key.status === "revoked") throw new AppError("KEY_REVOKED");
    const existing = key.ipAllowlist.find((candidate) => candidate.cidr === cidr.text);
    if (existing !== undefined) {
      const entry: AllowedIpRecord = {
        ...existing,
        note: input.note === undefined ? existing.note : note,
        expiresAt: chooseLater(existing.expiresAt, expiresAt),
      };
      if (entry.note === existing.note && entry.expiresAt === existing.expiresAt) return { entry, isNew: false };
      await keys.updateAllowedIp(keyId, entry);
      await recordAllowed(key, entry);
      return { entry, isNew: false };
    }
    if (key.ipAllowlist.length >= entriesPerKeyMax) {
      throw invalidField("/cidr", `the key has ${entriesPerKeyMax} entries, the maximum. Remove one first`);
    }
    const entry = { id: deps.newId(), cidr: cidr.text, note, createdOn: now.toISOString(), expiresAt };
    await keys.insertAllowedIp(keyId, entry);
    await recordAllowed(key, entry);
    return { entry, isNew: true };
  });
}

/**
 * Removes an entry. Without entries, every address can use the key.
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
