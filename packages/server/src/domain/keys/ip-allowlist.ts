import { invalidField, notFound } from "../../errors.ts";
import type { AllowedIpRecord } from "../../store/records.ts";
import { type Actor, type Call, may } from "../access.ts";
import { recordCall } from "../audit/record-audit.ts";
import type { Dependencies } from "../dependencies.ts";
import { checkNote } from "../names.ts";
import { getKey } from "./list-keys.ts";
import { lockActiveKey, lockKey } from "./lock-active-key.ts";
import { readCidr, refuseSecret, requireFuture } from "./stored-text.ts";

const entriesPerKeyMax = 100;

function requireNote(text: string | null | undefined): string | null {
  if (text === null || text === undefined) return null;
  const checked = checkNote(text);
  if (!checked.ok) throw invalidField("/note", checked.message);
  refuseSecret("/note", checked.note);
  return checked.note === "" ? null : checked.note;
}

/**
 * Returns the later of two expiry times. Null (no expiry) is the latest. Without `mayShorten`, adding an entry never
 * shortens an existing one, because another job may rely on it.
 */
function chooseLater(one: string | null, other: string | null): string | null {
  if (one === null || other === null) return null;
  return one > other ? one : other;
}

/**
 * Returns the allowlist of a key.
 * @throws {AppError} NOT_FOUND, and the errors of `may`.
 */
export async function listAllowedIps(deps: Dependencies, actor: Actor, keyId: string): Promise<AllowedIpRecord[]> {
  const { ipAllowlist } = await getKey(deps, actor, keyId, "listAllowedIps");
  return [...ipAllowlist];
}

/**
 * Adds a network to the allowlist of a key. The same network again returns the existing entry (`isNew: false`), with
 * the new note, if any, and the later expiry. With `mayShorten`, it has the new expiry.
 * @throws {AppError} VALIDATION_FAILED, NOT_FOUND, KEY_REVOKED.
 */
export async function allowIp(
  deps: Dependencies,
  call: Call,
  keyId: string,
  input: {
    readonly cidr: string;
    readonly note?: string | null;
    readonly expiresAt?: string | null;
    readonly mayShorten?: boolean;
  },
): Promise<{ readonly entry: AllowedIpRecord; readonly isNew: boolean }> {
  may(call.actor, "allowIp", keyId);
  const cidr = readCidr(input.cidr);
  if (!cidr.ok) throw invalidField("/cidr", cidr.message);
  const now = deps.now();
  const note = requireNote(input.note);
  const expiresAt = typeof input.expiresAt === "string" ? requireFuture(input.expiresAt, now) : null;
  if (input.mayShorten === true && input.expiresAt === undefined) {
    throw invalidField("/expiresAt", "is required with mayShorten. Null removes the expiry");
  }
  return deps.transact(async (tx) => {
    const { keys } = tx.store;
    const key = await lockActiveKey(tx, call, keyId);
    const recordAllowed = (entry: AllowedIpRecord): Promise<void> =>
      recordCall(tx, call, {
        action: "key.ip_allowed",
        key,
        details: { cidr: entry.cidr, note: entry.note, expiresAt: entry.expiresAt },
      });
    const existing = key.ipAllowlist.find((candidate) => candidate.cidr === cidr.text);
    if (existing !== undefined) {
      const entry: AllowedIpRecord = {
        ...existing,
        note: input.note === undefined ? existing.note : note,
        expiresAt: input.mayShorten === true ? expiresAt : chooseLater(existing.expiresAt, expiresAt),
      };
      if (entry.note === existing.note && entry.expiresAt === existing.expiresAt) return { entry, isNew: false };
      await keys.updateAllowedIp(key.id, entry);
      await recordAllowed(entry);
      return { entry, isNew: false };
    }
    if (key.ipAllowlist.length >= entriesPerKeyMax) {
      throw invalidField("/cidr", `the key has ${entriesPerKeyMax} entries, the maximum. Remove one first`);
    }
    const entry = { id: deps.newId(), cidr: cidr.text, note, createdOn: now.toISOString(), expiresAt };
    await keys.insertAllowedIp(key.id, entry);
    await recordAllowed(entry);
    return { entry, isNew: true };
  });
}

/**
 * Removes an entry. Without entries, every address can use the key.
 * @throws {AppError} NOT_FOUND.
 */
export async function disallowIp(deps: Dependencies, call: Call, keyId: string, entryId: string): Promise<void> {
  may(call.actor, "disallowIp", keyId);
  await deps.transact(async (tx) => {
    const key = await lockKey(tx, call, keyId);
    const removed = await tx.store.keys.deleteAllowedIp(key.id, entryId);
    if (removed === null) throw notFound();
    await recordCall(tx, call, {
      action: "key.ip_disallowed",
      key,
      details: { cidr: removed.cidr },
    });
  });
}
