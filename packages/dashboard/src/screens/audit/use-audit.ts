import type { ListAuditEventsInput } from "@briksync/sdk/browser";
import { readAll } from "../../api/read-all.ts";
import { useLoad } from "../../api/use-load.ts";

/** The filter of the audit trail. */
export type AuditFilter = Pick<ListAuditEventsInput, "keyId" | "action">;

const firstPage = 100;
const pageMax = 1000;

/**
 * Reads the newest events, up to `limit`. The first page is small, and further ones are large. `events` is null until
 * the first page was read.
 */
export function useAudit(filter: AuditFilter, limit: number) {
  const readCount = limit <= firstPage ? firstPage : Math.ceil(limit / pageMax) * pageMax;
  const filterKey = `${filter.keyId ?? ""} ${filter.action ?? ""}`;
  const load = useLoad(`${filterKey} ${readCount}`, async (sdk, signal) => {
    // One more event shows whether there are more.
    const input = { ...filter, limit: readCount + 1, pageSize: Math.min(readCount + 1, pageMax) };
    return { filterKey, readCount, events: await readAll(sdk.audit.list(input, { signal })) };
  });
  // Ignores events that were read with another filter.
  const value = load.value?.filterKey === filterKey ? load.value : null;
  const events = value?.events.slice(0, Math.min(limit, value.readCount)) ?? null;
  const hasMore = value !== null && events !== null && value.events.length > events.length;
  return { ...load, events, hasMore };
}
