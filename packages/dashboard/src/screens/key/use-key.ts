import type { ApiKey, LiveSecret } from "@briksync/sdk/browser";
import { useEffect } from "preact/hooks";
import { type Load, useLoad } from "../../api/use-load.ts";

/** A key and its working secrets. */
export interface KeyView {
  readonly key: ApiKey;
  readonly secrets: readonly LiveSecret[];
}

const REFRESH_MS = 5000;

/** Reads a key, and reads it again every few seconds while the page is visible. So it shows what other users change too. */
export function useKey(keyId: string): Load<KeyView> {
  const load = useLoad(keyId, async (sdk, signal) => {
    const [key, secrets] = await Promise.all([
      sdk.keys.get(keyId, { signal }),
      sdk.keys.rotations.list(keyId, { signal }),
    ]);
    return { key, secrets };
  });
  const { isLoading, failure, reload } = load;
  // Other failures do not go away by themselves, or count down to the next attempt.
  const mayRefresh = failure === null || failure.kind === "unreachable" || failure.kind === "unexpected";
  useEffect(() => {
    if (isLoading || !mayRefresh) return undefined;
    const refresh = (): void => {
      if (!document.hidden) reload();
    };
    const timer = setTimeout(refresh, REFRESH_MS);
    document.addEventListener("visibilitychange", refresh);
    return () => {
      clearTimeout(timer);
      document.removeEventListener("visibilitychange", refresh);
    };
  }, [isLoading, mayRefresh, reload]);
  return load;
}
