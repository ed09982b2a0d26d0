import { notFound } from "../../errors.ts";
import type { KeyRecord, KeySelection } from "../../store/records.ts";
import { type Actor, may, type OperationId, type PipelineActor } from "../access.ts";
import type { Dependencies } from "../dependencies.ts";
import { lowerAscii } from "../login-name.ts";
import { decodeCursor, encodeCursor, type Page, type PageQuery, refuseCursor } from "../paging-cursor.ts";

/** The place of a key in the order of a list. */
type Place = NonNullable<KeySelection["after"]>;

/** Maximum number of rows per step. With SQLite, the whole process waits for a step, about a millisecond. */
const stepKeys = 50;
const stepEntriesMax = 200;
/** Long allowlists cause a long response. A page ends at this number of entries. */
const pageEntriesMax = 2000;

/**
 * Returns the keys that the actor may see, oldest first. With `namePrefix`, returns the keys whose names start with it,
 * in the order of their names. Reads them in short steps.
 */
export async function listKeys(
  deps: Dependencies,
  actor: Actor,
  query: PageQuery & { readonly status?: "active" | "revoked"; readonly namePrefix?: string },
): Promise<Page<KeyRecord>> {
  may(actor, "listKeys");
  const { status, limit = 1000 } = query;
  const prefix = foldKeyName((query.namePrefix ?? "").trimStart()) || undefined;
  const after = query.cursor === undefined ? undefined : readCursor(query.cursor, prefix);
  const selection = { status, prefix, after };
  // Flushes pending last-used times first, because callers make decisions based on them.
  await deps.usage.flushBriefly();
  return actor.kind === "user"
    ? listCompanyKeys(deps, actor.companyId, selection, limit)
    : listGrantedKeys(deps, actor, selection, limit);
}

/** Returns a name as lists of names compare it: composed, with single spaces, and without the case of ASCII letters. */
function foldKeyName(text: string): string {
  return lowerAscii(text.normalize("NFC").replace(/\p{Space_Separator}+/gu, " "));
}

async function listCompanyKeys(
  deps: Dependencies,
  companyId: string,
  { status, prefix, after }: KeySelection,
  limit: number,
): Promise<Page<KeyRecord>> {
  const { keys } = deps.store;
  const found: KeyRecord[] = [];
  let place = after;
  let entriesLeft = pageEntriesMax;
  let hasMore: boolean;
  do {
    if (found.length > 0) await deps.turns.next();
    const max = {
      limit: Math.min(stepKeys, limit - found.length),
      entriesMax: Math.min(stepEntriesMax, entriesLeft),
    };
    const step = await keys.listStep(companyId, { status, prefix, after: place }, max);
    found.push(...step.keys);
    for (const { ipAllowlist } of step.keys) entriesLeft -= ipAllowlist.length;
    const last = step.keys.at(-1);
    if (last !== undefined) place = findPlace(last, prefix);
    hasMore = step.hasMore;
  } while (hasMore && found.length < limit && entriesLeft > 0);
  return { items: found, nextCursor: hasMore && place !== undefined ? writeCursor(place, prefix) : null };
}

/** Returns the keys of a pipeline's grant, in the order of the list. A grant has at most a hundred keys. */
async function listGrantedKeys(
  deps: Dependencies,
  { companyId, keyIds }: PipelineActor,
  { status, prefix, after }: KeySelection,
  limit: number,
): Promise<Page<KeyRecord>> {
  const found: KeyRecord[] = [];
  for (const keyId of keyIds) {
    if (found.length > 0) await deps.turns.next();
    const key = await deps.store.keys.find(companyId, keyId);
    if (key === null || (status ?? key.status) !== key.status) continue;
    if (prefix === undefined || foldKeyName(key.name).startsWith(prefix)) found.push(key);
  }
  const rest = found
    .map((key) => ({ key, place: findPlace(key, prefix) }))
    .filter(({ place }) => after === undefined || comparePlaces(place, after) > 0)
    .sort((one, other) => comparePlaces(one.place, other.place));
  const page = rest.slice(0, limit);
  const last = rest.length > page.length ? page.at(-1) : undefined;
  const nextCursor = last === undefined ? null : writeCursor(last.place, prefix);
  return { items: page.map(({ key }) => key), nextCursor };
}

function findPlace({ name, createdOn, id }: KeyRecord, prefix: string | undefined): Place {
  return { rank: prefix === undefined ? createdOn : foldKeyName(name), id };
}

function comparePlaces(one: Place, other: Place): number {
  if (one.rank !== other.rank) return one.rank < other.rank ? -1 : 1;
  return one.id < other.id ? -1 : Number(one.id > other.id);
}

/** Returns the cursor of a place. A cursor of a list by name has one more part, so that the other list refuses it. */
function writeCursor({ rank, id }: Place, prefix: string | undefined): string {
  return encodeCursor(prefix === undefined ? [rank, id] : [rank, id, "name"]);
}

function readCursor(cursor: string, prefix: string | undefined): Place {
  const [rank, id, order] = decodeCursor(cursor) ?? [];
  if (rank === undefined || id === undefined || (order === "name") !== (prefix !== undefined)) {
    throw refuseCursor();
  }
  return { rank, id };
}

/**
 * Returns a key of the actor's company, for an operation.
 * @throws {AppError} NOT_FOUND, also for a key of another company, and the errors of `may`.
 */
export async function getKey(
  deps: Dependencies,
  actor: Actor,
  keyId: string,
  operation: OperationId = "getKey",
): Promise<KeyRecord> {
  may(actor, operation, keyId);
  await deps.usage.flushBriefly();
  const key = await deps.store.keys.find(actor.companyId, keyId);
  if (key === null) throw notFound();
  return key;
}
