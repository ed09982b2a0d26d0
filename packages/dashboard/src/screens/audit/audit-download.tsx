import type { AuditEvent } from "@briksync/sdk/browser";
import { useEffect, useRef, useState } from "preact/hooks";
import type { Failure } from "../../api/failure.ts";
import { useApp } from "../../app/context.ts";
import { auditMessages } from "../../audit-messages.ts";
import { messages } from "../../messages.ts";
import { Button } from "../../ui/button.tsx";
import { FailureNotice } from "../../ui/failure-notice.tsx";
import { useAnnounce } from "../../ui/live-region.tsx";
import { formatAuditCsv } from "./audit-csv.ts";
import type { AuditFilter } from "./use-audit.ts";

const text = auditMessages;
/** Maximum number of events. The browser keeps all of them in memory until the file is written. */
const eventsMax = 50_000;
const pageMax = 1000;

/** Downloads the filtered events as a file, which the page makes from all pages of the API. */
export function AuditDownload({ filter }: { readonly filter: AuditFilter }) {
  const { api } = useApp();
  const announce = useAnnounce();
  const [count, setCount] = useState<number | null>(null);
  const [outcome, setOutcome] = useState("");
  const [failure, setFailure] = useState<Failure | null>(null);
  const running = useRef<AbortController | null>(null);
  const stop = (): void => {
    running.current?.abort();
    setCount(null);
  };
  useEffect(() => () => running.current?.abort(), []);
  const download = async (): Promise<void> => {
    const controller = new AbortController();
    running.current = controller;
    setFailure(null);
    setOutcome("");
    setCount(0);
    const result = await api.read(async (sdk, signal) => {
      const events: AuditEvent[] = [];
      const input = { ...filter, limit: eventsMax + 1, pageSize: pageMax };
      for await (const event of sdk.audit.list(input, { signal })) {
        if (events.push(event) % pageMax === 0) setCount(events.length);
      }
      return events;
    }, controller.signal);
    if (controller.signal.aborted) return;
    setCount(null);
    if (!result.ok) {
      setFailure(result.failure);
      return;
    }
    const events = result.value.slice(0, eventsMax);
    saveFile(`audit-${new Date().toISOString().slice(0, 10)}.csv`, formatAuditCsv(events));
    const message = events.length < result.value.length ? text.savedPart(events.length) : text.saved(events.length);
    setOutcome(message);
    announce(message);
  };
  return (
    <div class="audit-download">
      <div class="row">
        <Button isPending={count !== null} onClick={download}>
          {text.download}
        </Button>
        {count !== null && <Button onClick={stop}>{messages.cancel}</Button>}
      </div>
      {count !== null && count > 0 && <p class="hint">{text.reading(count)}</p>}
      {outcome !== "" && <p class="hint">{outcome}</p>}
      {failure !== null && <FailureNotice failure={failure} onRetry={download} />}
    </div>
  );
}

/** Saves a text as a file through the browser. */
function saveFile(name: string, content: string): void {
  const url = URL.createObjectURL(new Blob([content], { type: "text/csv;charset=utf-8" }));
  Object.assign(document.createElement("a"), { href: url, download: name }).click();
  // By that time, the browser has read the address.
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
