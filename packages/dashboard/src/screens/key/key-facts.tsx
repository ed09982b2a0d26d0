import type { ApiKey } from "@briksync/sdk/browser";
import { formatDay } from "../../format.ts";
import { keyMessages } from "../../key-messages.ts";
import { messages } from "../../messages.ts";
import { CopyButton } from "../../ui/copy-button.tsx";
import { LastUse } from "../../ui/last-use.tsx";

const text = keyMessages;

/** What identifies a key, and when it was last used. */
export function KeyFacts({ clientId, createdOn, lastUsedAt, lastUsedIp }: ApiKey) {
  return (
    <dl class="key-facts">
      <div>
        <dt>{text.clientId}</dt>
        <dd class="id">
          <code>{clientId}</code>
          <CopyButton tone="quiet" text={clientId} what={messages.copy.clientId} />
        </dd>
      </div>
      <div>
        <dt>{text.created}</dt>
        <dd>
          <time dateTime={createdOn}>{formatDay(createdOn)}</time>
        </dd>
      </div>
      <div>
        <dt>{text.lastUsed}</dt>
        <dd>
          <LastUse lastUsedAt={lastUsedAt} lastUsedIp={lastUsedIp} />
        </dd>
      </div>
    </dl>
  );
}
