import type { ApiKey } from "@briksync/sdk/browser";
import { pipelineMessages } from "../../pipeline-messages.ts";

interface KeyNamesProps {
  readonly keyIds: readonly string[];
  readonly keys: readonly ApiKey[];
  /** How many names are shown. The rest is a number. */
  readonly limit?: number;
}

/** The names of the keys of a trust or a token, one per line. */
export function KeyNames({ keyIds, keys, limit = keyIds.length }: KeyNamesProps) {
  const others = keyIds.length - limit;
  return (
    <>
      {keyIds.slice(0, limit).map((id) => {
        const key = keys.find((one) => one.id === id);
        const name = key?.name ?? id;
        return (
          <span key={id} class="line">
            {key?.status === "revoked" ? pipelineMessages.revokedKey(name) : name}
          </span>
        );
      })}
      {others > 0 && <span class="sub">{pipelineMessages.moreKeys(others)}</span>}
    </>
  );
}
