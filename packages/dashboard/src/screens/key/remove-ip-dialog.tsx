import { type AllowedIp, type BrikSync, isApiError } from "@briksync/sdk/browser";
import { formatNetwork } from "../../format.ts";
import { keyMessages } from "../../key-messages.ts";
import { ConfirmDialog } from "../../ui/action-dialog.tsx";
import { LastUse } from "../../ui/last-use.tsx";
import { Notice } from "../../ui/notice.tsx";
import type { AllowlistDialogProps } from "./allow-ip-dialog.tsx";
import { hasExpired, refusesAddress } from "./allowlist.ts";

const text = keyMessages.ips;

/** Asks before an entry is removed. Says if every address can then use the key, or if the address of the last use cannot. */
export function RemoveIpDialog({
  apiKey,
  entry,
  onDone,
  onClose,
}: AllowlistDialogProps & { readonly entry: AllowedIp }) {
  const { id, lastUsedAt, lastUsedIp = null, ipAllowlist = [] } = apiKey;
  const others = ipAllowlist.filter((other) => other.id !== entry.id);
  const nowMs = Date.now();
  const network = formatNetwork(entry.cidr);
  const remove = (sdk: BrikSync): Promise<void> =>
    sdk.keys.disallowIp(id, entry.id).catch((error: unknown) => {
      // Another user, or the attempt whose answer was lost, has already removed it.
      if (!isApiError(error, "NOT_FOUND")) throw error;
    });
  return (
    <ConfirmDialog
      title={text.removeHeading(network)}
      submit={text.remove}
      work={remove}
      onDone={() => onDone(text.removed(network))}
      onClose={onClose}
    >
      {others.length === 0 ? (
        <Notice tone="warning">{text.removeLast}</Notice>
      ) : (
        <p>{hasExpired(entry, nowMs) ? text.removeExpired : text.removeEffect(network)}</p>
      )}
      {lastUsedIp !== null && refusesAddress(others, lastUsedIp, nowMs) && (
        <Notice tone="warning">
          <p>{text.lockedOut(lastUsedIp)}</p>
          <p>
            {text.lastUse} <LastUse lastUsedAt={lastUsedAt} />.
          </p>
        </Notice>
      )}
    </ConfirmDialog>
  );
}
