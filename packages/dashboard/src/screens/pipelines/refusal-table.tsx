import type { Trust, TrustLogEntry } from "@briksync/sdk/browser";
import { pipelineMessages } from "../../pipeline-messages.ts";
import { type Column, Table } from "../../ui/table.tsx";
import { Time, useNow } from "../../ui/time.tsx";

const text = pipelineMessages.trust;

/** Properties of `RefusalTable`. */
export interface RefusalTableProps {
  readonly trust: Trust;
  readonly entries: readonly TrustLogEntry[];
}

/** The jobs that a trust refused, and which claim did not match. */
export function RefusalTable({ trust, entries }: RefusalTableProps) {
  const nowMs = useNow();
  const columns: readonly Column<TrustLogEntry>[] = [
    {
      label: text.columns.when,
      isHeader: true,
      cell: ({ on, ip }) => (
        <>
          <Time value={on} nowMs={Math.max(nowMs, Date.parse(on))} />
          {ip !== null && (
            <span class="sub">
              {text.from} {ip}
            </span>
          )}
        </>
      ),
    },
    {
      label: text.columns.run,
      cell: ({ run }) => (
        <>
          {run.repository || text.otherwise}
          <span class="sub">
            {run.workflow} {run.runId}
          </span>
        </>
      ),
    },
    { label: text.columns.reason, cell: ({ claim, type }) => claim ?? type ?? text.otherwise },
    {
      label: text.columns.has,
      cell: ({ claim, has }) => {
        const wants = trust.claims[claim ?? ""];
        return (
          <>
            {has ?? text.otherwise}
            {wants !== undefined && <span class="sub">{text.wants(wants)}</span>}
          </>
        );
      },
    },
  ];
  return <Table label={text.refusals} columns={columns} rows={entries} keyOf={({ id }) => id} />;
}
