import type { ApiKey, Trust, TrustLogEntry } from "@briksync/sdk/browser";
import { type ComponentChildren, Fragment } from "preact";
import { readAll } from "../../api/read-all.ts";
import { useLoad } from "../../api/use-load.ts";
import { useApp } from "../../app/context.ts";
import { formatExact, formatSeconds } from "../../format.ts";
import { messages } from "../../messages.ts";
import { pipelineMessages } from "../../pipeline-messages.ts";
import { Button } from "../../ui/button.tsx";
import { CopyButton } from "../../ui/copy-button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { LoadState } from "../../ui/load-state.tsx";
import { Notice } from "../../ui/notice.tsx";
import { type Column, Table } from "../../ui/table.tsx";
import { Time, useNow } from "../../ui/time.tsx";
import { KeyNames } from "./key-names.tsx";

const text = pipelineMessages.trust;
const shownRefusals = 20;

interface TrustDialogProps {
  readonly trust: Trust;
  readonly keys: readonly ApiKey[];
  readonly onClose: () => void;
}

/** Shows what a job needs to use a trust, what the trust expects, and which jobs it refused most recently. */
export function TrustDialog({ trust, keys, onClose }: TrustDialogProps) {
  const { api } = useApp();
  const input = { refused: true, limit: shownRefusals, pageSize: shownRefusals };
  const refusals = useLoad(trust.id, (sdk, signal) => readAll(sdk.trusts.log(trust.id, input, { signal })));
  const variables = `BRIKSYNC_SERVER=${api.baseUrl}\nBRIKSYNC_TRUST=${trust.id}`;
  return (
    <Dialog title={trust.name} isWide onClose={onClose}>
      {trust.warnings.length > 0 && (
        <Notice tone="warning">
          {trust.warnings.map(({ type, message }) => (
            <p key={type}>{message}.</p>
          ))}
        </Notice>
      )}
      <div class="field">
        <p class="label">{text.variables}</p>
        <div class="secret">
          <pre>{variables}</pre>
          <CopyButton text={variables} what={text.copied} hasAutofocus />
        </div>
        <p class="hint">{text.variablesHint}</p>
      </div>
      <Facts trust={trust} keys={keys} />
      <h3>{text.refusals}</h3>
      <LoadState {...refusals} />
      {refusals.value?.length === 0 && <p class="muted">{text.none}</p>}
      {refusals.value !== null && refusals.value.length > 0 && <RefusalTable trust={trust} entries={refusals.value} />}
      <div class="actions">
        <Button onClick={onClose}>{messages.close}</Button>
      </div>
    </Dialog>
  );
}

function Facts({ trust, keys }: Pick<TrustDialogProps, "trust" | "keys">) {
  const { issuer, claims, keyIds, ttlSeconds, fromCidrs, createdOn, createdBy, lastRun } = trust;
  const { facts } = text;
  const rows: readonly (readonly [string, ComponentChildren])[] = [
    [facts.issuer, issuer],
    ...Object.entries(claims),
    [facts.keys, <KeyNames key="keys" keyIds={keyIds} keys={keys} />],
    [facts.seconds, formatSeconds(ttlSeconds)],
    ...(fromCidrs.length === 0 ? [] : [[facts.from, fromCidrs.join(", ")] as const]),
    [facts.created, `${formatExact(createdOn)}, ${createdBy.email}`],
    ...(lastRun === null
      ? []
      : [
          [
            facts.lastRun,
            `${formatExact(lastRun.on)}, ${lastRun.repository} ${lastRun.workflow} ${lastRun.runId}`,
          ] as const,
        ]),
  ];
  return (
    <dl class="stack facts">
      {rows.map(([label, value]) => (
        <Fragment key={label}>
          <dt>{label}</dt>
          <dd>{value}</dd>
        </Fragment>
      ))}
    </dl>
  );
}

/** The jobs that a trust refused, and which claim did not match. */
function RefusalTable({ trust, entries }: { readonly trust: Trust; readonly entries: readonly TrustLogEntry[] }) {
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
  return <Table label={text.refusals} columns={columns} rows={entries} />;
}
