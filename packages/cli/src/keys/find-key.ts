import { type ApiKey, isApiError } from "@briksync/sdk";
import type { Context } from "../context.ts";
import { AmbiguousError, type Candidate, CliError } from "../errors/cli-error.ts";
import { findNearestNames, toNameKey } from "../text/names.ts";
import { shortenTime } from "../text/time.ts";

/**
 * Returns the key with this ID, client ID or unique name. Throws AMBIGUOUS with the candidates, or NOT_FOUND with the
 * nearest names.
 */
export async function findKey(context: Context, text: string): Promise<ApiKey> {
  const [key] = await findKeys(context, [text]);
  if (key === undefined) throw new CliError("NOT_FOUND", "The key was not found.");
  return key;
}

/**
 * Returns the keys for `texts`, in order and without duplicates. With `mayBeRevoked`, a name selects revoked keys if no
 * active key has it. Throws like {@link findKey} if one of them is not found.
 */
export async function findKeys(
  context: Context,
  texts: readonly string[],
  { mayBeRevoked = false }: { readonly mayBeRevoked?: boolean } = {},
): Promise<readonly ApiKey[]> {
  let listed: ApiKey[] | undefined;
  const found = new Map<string, ApiKey>();
  for (const text of texts) {
    const key = await getById(context, text);
    if (key === null)
      listed ??= await Array.fromAsync((await context.client()).keys.list({}, { signal: context.signal }));
    const keys = key === null ? pickKeys(listed ?? [], text, mayBeRevoked) : [key];
    for (const each of keys) found.set(each.id, each);
  }
  return [...found.values()];
}

function pickKeys(keys: readonly ApiKey[], text: string, mayBeRevoked: boolean): readonly ApiKey[] {
  const named = keys.filter((key) => toNameKey(key.name) === toNameKey(text));
  const areAllRevoked = named.length > 0 && named.every((key) => key.status === "revoked");
  return mayBeRevoked && areAllRevoked ? named : [pickKey(keys, text)];
}

/** Returns the key that `text` selects from all keys of the company. Throws USAGE, AMBIGUOUS or NOT_FOUND. */
export function pickKey(keys: readonly ApiKey[], text: string): ApiKey {
  const wanted = toNameKey(text);
  if (wanted === "") {
    throw new CliError("USAGE", "The name of the key is empty.", { hint: "Pass the name, client ID or ID of a key." });
  }
  const byId = keys.find((key) => key.id === wanted) ?? keys.find((key) => key.clientId === wanted);
  if (byId !== undefined) return byId;
  const named = keys.filter((key) => toNameKey(key.name) === wanted);
  const active = named.filter((key) => key.status === "active");
  const [key] = active;
  if (key === undefined) throw explainMissing(keys, named, wanted);
  if (active.length > 1) {
    throw new AmbiguousError(text, active.map(toCandidate), `${active.length} active keys are named "${wanted}".`, {
      details: active.map(describeCandidate),
      hint: "Use the key's client ID or ID instead of its name.",
    });
  }
  return key;
}

const uuidPattern = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

// One request instead of the whole list. A key may have a name that looks like an ID, and some servers do not support
// this call.
async function getById({ client, signal }: Context, text: string): Promise<ApiKey | null> {
  const id = text.trim().toLowerCase();
  if (!uuidPattern.test(id)) return null;
  try {
    return await (await client()).keys.get(id, { signal });
  } catch (error) {
    if (isApiError(error, "NOT_FOUND")) return null;
    throw error;
  }
}

function explainMissing(keys: readonly ApiKey[], revoked: readonly ApiKey[], wanted: string): CliError {
  if (revoked.length > 0) {
    return new CliError("NOT_FOUND", `No active key is named "${wanted}". These revoked keys have that name:`, {
      details: revoked.map(describeCandidate),
      hint: "To select a revoked key, use its client ID or ID.",
    });
  }
  const active = keys.filter((key) => key.status === "active");
  const nearest = findNearestNames(
    wanted,
    active.map((key) => key.name),
  );
  return new CliError("NOT_FOUND", `No key has the name, client ID or ID "${wanted}".`, {
    details: nearest.flatMap((name) => active.filter((key) => key.name === name).map(describeCandidate)),
    hint:
      nearest.length > 0
        ? "Did you mean one of these? To list all keys, run: briksync keys list"
        : "To list all keys, run: briksync keys list",
  });
}

/** Throws KEY_REVOKED if the key is revoked. */
export function requireActive({ status, name, clientId }: Pick<ApiKey, "status" | "name" | "clientId">): void {
  if (status !== "revoked") return;
  throw new CliError("KEY_REVOKED", `"${name}" (${clientId}) is revoked and cannot be restored.`, {
    hint: "To create a new key, run: briksync keys create NAME",
  });
}

/** Returns a key as an entry of a list to choose from. */
export function toCandidate(key: ApiKey): Candidate {
  const use = key.lastUsedAt ? `last used ${shortenTime(key.lastUsedAt)}` : "never used";
  return { value: key.id, name: key.name, details: `${key.clientId}  ${use}` };
}

function describeCandidate(key: ApiKey): string {
  const created = `created ${shortenTime(key.createdOn)}`;
  const end = key.status === "active" ? "" : `, ${key.status}${key.revokedOn ? ` ${shortenTime(key.revokedOn)}` : ""}`;
  return `${key.name}  ${key.clientId}  ${created}${end}  ${key.id}`;
}
