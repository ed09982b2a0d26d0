import type { Trust, TrustLogEntry } from "@briksync/sdk/browser";
import { useLoad } from "../../api/use-load.ts";
import { messages } from "../../messages.ts";
import { pipelineMessages } from "../../pipeline-messages.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { Loading } from "../../ui/loading.tsx";
import { ScreenFailure } from "../../ui/screen-failure.tsx";
import { type Column, Table } from "../../ui/table.tsx";
import { Time, useNow } from "../../ui/time.tsx";

const text = pipelineMessages.refusals;
const SHOWN_REFUSALS = 20;

/** Shows which jobs a trust refused most recently, and which claim did not match. */
export function RefusalsDialog({ trust, onClose }: { readonly trust: Trust; readonly onClose: () => void }) {
  const nowMs = useNow();
  const list = useLoad(trust.id, async (sdk, signal) => {
    const entries: TrustLogEntry[] = [];
    const input = { refused: true, limit: SHOWN_REFUSALS, pageSize: SHOWN_REFUSALS };
    for await (const entry of sdk.trusts.log(trust.id, input, { signal })) entries.push(entry);
    return entries;
  });
  const columns: readonly Column<TrustLogEntry>[] = [
    { label: text.columns.when, isHeader: true, cell: ({ on }) => <Time value={on} nowMs={nowMs} /> },
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
    { label: text.columns.claim, cell: ({ claim, type }) => <code>{claim ?? type ?? text.otherwise}</code> },
    { label: text.columns.has, cell: ({ has }) => <code>{has ?? text.otherwise}</code> },
  ];
  return (
    <Dialog title={text.heading(trust.name)} isWide onClose={onClose}>
      {list.failure !== null && <ScreenFailure failure={list.failure} onRetry={list.reload} />}
      {list.value === null && list.failure === null && <Loading />}
      {list.value?.length === 0 && <p class="muted">{text.none}</p>}
      {list.value !== null && list.value.length > 0 && (
        <Table label={text.heading(trust.name)} columns={columns} rows={list.value} keyOf={({ id }) => id} />
      )}
      <div class="actions">
        <Button onClick={onClose} data-autofocus="">
          {messages.close}
        </Button>
      </div>
    </Dialog>
  );
}
