import { useEffect, useRef, useState } from "preact/hooks";
import { canManageKeys, useApp } from "../../app/context.ts";
import { auditMessages } from "../../audit-messages.ts";
import { messages } from "../../messages.ts";
import { Button } from "../../ui/button.tsx";
import { Heading } from "../../ui/heading.tsx";
import { Loading } from "../../ui/loading.tsx";
import { ScreenFailure } from "../../ui/screen-failure.tsx";
import { AuditDownload } from "./audit-download.tsx";
import { AuditFilterFields } from "./audit-filter.tsx";
import { AuditTable } from "./audit-table.tsx";
import { type AuditFilter, useAudit } from "./use-audit.ts";

const text = auditMessages;
const rowsAtOnce = 100;

/** The audit trail. `keyId` and `action` are the filter, which is part of the address. */
export function AuditScreen({ keyId, action }: AuditFilter) {
  const app = useApp();
  const filter: AuditFilter = { keyId, action };
  const filterKey = JSON.stringify(filter);
  const [shown, setShown] = useState({ filterKey, limit: rowsAtOnce });
  const limit = shown.filterKey === filterKey ? shown.limit : rowsAtOnce;
  const list = useAudit(filter, limit);
  const container = useRef<HTMLDivElement>(null);
  /** Number of rows before "Show more". */
  const before = useRef<number | null>(null);
  const { events, failure } = list;
  useEffect(() => {
    if (before.current === null || events === null || events.length <= before.current) return;
    // The "Show more" button may be gone, so the focus moves to the first of the new rows.
    const row = container.current?.querySelectorAll<HTMLElement>("tbody th")[before.current];
    before.current = null;
    row?.setAttribute("tabindex", "-1");
    row?.focus();
  }, [events?.length]);
  const show = (next: AuditFilter): void => app.router.replace({ screen: "audit", ...next });
  const showMore = (): void => {
    before.current = events?.length ?? null;
    setShown({ filterKey, limit: limit + rowsAtOnce });
  };
  const isFiltered = keyId !== undefined || action !== undefined;
  const isForbidden = canManageKeys(app) === false || failure?.kind === "forbidden";
  const errors = failure?.kind === "fields" ? failure.fields : {};
  const isShownBeside = "/keyId" in errors || "/action" in errors;
  return (
    <>
      <div class="head">
        <div>
          <Heading>{messages.titles.audit}</Heading>
          <p class="muted">{text.intro}</p>
        </div>
      </div>
      {!isForbidden && failure?.kind !== "password-change" && (
        <div class="filters">
          <AuditFilterFields filter={filter} onChange={show} errors={errors} />
          {events !== null && events.length > 0 && <AuditDownload key={filterKey} filter={filter} />}
        </div>
      )}
      {failure !== null && !isShownBeside && <ScreenFailure failure={failure} onRetry={list.reload} />}
      {events === null && list.isLoading && <Loading key={filterKey} />}
      {events?.length === 0 && (
        <div class="empty">
          <p>{isFiltered ? text.noMatch : text.empty}</p>
          {isFiltered && <Button onClick={() => show({})}>{messages.keys.clear}</Button>}
        </div>
      )}
      {events !== null && events.length > 0 && (
        <div class="section" ref={container}>
          <AuditTable events={events} />
          <div class="foot">
            <p role="status">{text.shown(events.length, list.hasMore)}</p>
            {list.hasMore && (
              <Button isPending={list.isLoading} onClick={showMore}>
                {messages.keys.showMore}
              </Button>
            )}
          </div>
        </div>
      )}
    </>
  );
}
