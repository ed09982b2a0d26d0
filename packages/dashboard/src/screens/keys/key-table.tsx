import type { ApiKey } from "@briksync/sdk/browser";
import { formatCount, formatNetwork } from "../../format.ts";
import { messages } from "../../messages.ts";
import { CopyButton } from "../../ui/copy-button.tsx";
import { Link } from "../../ui/link.tsx";
import { type Column, Table } from "../../ui/table.tsx";
import { Day, Time, useNow } from "../../ui/time.tsx";

const text = messages.keys;
const shownCidrs = 2;

/** The table of keys. */
export function KeyTable({ keys }: { readonly keys: readonly ApiKey[] }) {
  const nowMs = useNow();
  const columns: readonly Column<ApiKey>[] = [
    {
      label: text.columns.name,
      isHeader: true,
      cell: (key) => <Link to={{ screen: "key", keyId: key.id }}>{key.name}</Link>,
    },
    { label: text.columns.clientId, cell: (key) => <ClientId {...key} /> },
    { label: text.columns.created, cell: (key) => <Day value={key.createdOn} /> },
    { label: text.columns.lastUsed, cell: (key) => <LastUse apiKey={key} nowMs={nowMs} /> },
    { label: text.columns.ips, cell: (key) => <Restrictions apiKey={key} nowMs={nowMs} /> },
    { label: text.columns.status, cell: (key) => <Status {...key} /> },
  ];
  return (
    <Table
      label={text.table}
      columns={columns}
      rows={keys}
      classOf={({ status }) => (status === "active" ? undefined : "ended")}
    />
  );
}

function ClientId({ clientId }: ApiKey) {
  return (
    <span class="id">
      <code title={clientId}>{clientId}</code>
      <CopyButton tone="quiet" text={clientId} what={messages.copy.clientId} />
    </span>
  );
}

interface CellProps {
  readonly apiKey: ApiKey;
  readonly nowMs: number;
}

function LastUse({ apiKey: { lastUsedAt, lastUsedIp }, nowMs }: CellProps) {
  if (lastUsedAt === null) return <span class="muted">{messages.never}</span>;
  return (
    <>
      <Time value={lastUsedAt} nowMs={nowMs} />
      {lastUsedIp !== null && lastUsedIp !== undefined && (
        <span class="sub">
          {text.from} {lastUsedIp}
        </span>
      )}
    </>
  );
}

function Restrictions({ apiKey: { ipAllowlist = [] }, nowMs }: CellProps) {
  if (ipAllowlist.length === 0) return <span class="muted">{text.anyAddress}</span>;
  const live = ipAllowlist.filter(({ expiresAt }) => expiresAt === null || Date.parse(expiresAt) > nowMs);
  if (live.length === 0) return <>{text.noAddress}</>;
  const others = live.length - shownCidrs;
  return (
    <>
      {live.slice(0, shownCidrs).map(({ id, cidr }) => (
        <code key={id} class="line">
          {formatNetwork(cidr)}
        </code>
      ))}
      {others > 0 && <span class="sub">{formatCount(others, "more entry", "more entries")}</span>}
    </>
  );
}

function Status({ status, rotation }: ApiKey) {
  if (status === "revoked") return <span class="badge">{text.revoked}</span>;
  if (status !== "active") return <span class="badge">{status}</span>;
  const isRotating = rotation !== null && rotation !== undefined && rotation.length > 0;
  return isRotating ? (
    <span class="badge warning">{text.rotating}</span>
  ) : (
    <span class="badge good">{text.active}</span>
  );
}
