import { messages } from "../messages.ts";
import { Time } from "./time.tsx";

interface LastUseProps {
  readonly lastUsedAt: string | null;
  /** Omitted if another column shows it. */
  readonly lastUsedIp?: string | null | undefined;
}

/** Shows when something was last used, and from which address. */
export function LastUse({ lastUsedAt, lastUsedIp = null }: LastUseProps) {
  if (lastUsedAt === null) return <span class="muted">{messages.never}</span>;
  return (
    <>
      {/* The clock of the server can be ahead of this one. */}
      <Time value={lastUsedAt} nowMs={Math.max(Date.now(), Date.parse(lastUsedAt))} />
      {lastUsedIp !== null && (
        <>
          {" "}
          {messages.keys.from} <code>{lastUsedIp}</code>
        </>
      )}
    </>
  );
}
