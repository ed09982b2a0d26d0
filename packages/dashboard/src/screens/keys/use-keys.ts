import type { ApiKey } from "@briksync/sdk/browser";
import { useMemo, useState } from "preact/hooks";
import { useLoad } from "../../api/use-load.ts";

/**
 * Reads all keys, newest first. The first page has 1,000 keys and is shown immediately. The others follow. `isPartial`
 * is whether further pages are still loading.
 */
export function useKeys() {
  const [firstPage, setFirstPage] = useState<readonly ApiKey[] | null>(null);
  const load = useLoad("keys", async (sdk, signal) => {
    const keys: ApiKey[] = [];
    let cursor: string | null | undefined;
    do {
      const page = await sdk.keys.listPage({ limit: 1000, cursor: cursor ?? undefined }, { signal });
      keys.push(...page.items);
      cursor = page.nextCursor;
      if (keys.length === page.items.length) setFirstPage(page.items);
    } while (cursor !== null && !signal.aborted);
    return keys;
  });
  const read = load.value ?? firstPage;
  const value = useMemo(
    () => (read === null ? null : read.toSorted((one, other) => (one.createdOn < other.createdOn ? 1 : -1))),
    [read],
  );
  return { ...load, value, isPartial: load.value === null && firstPage !== null };
}
