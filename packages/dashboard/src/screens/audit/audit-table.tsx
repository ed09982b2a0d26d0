import type { AuditEvent } from "@briksync/sdk/browser";
import { auditMessages } from "../../audit-messages.ts";
import { formatExact, formatRelative } from "../../format.ts";
import { Link } from "../../ui/link.tsx";
import { type Column, Table } from "../../ui/table.tsx";
import { useNow } from "../../ui/time.tsx";
import { describeDetails, nameAction } from "./describe-event.ts";

const text = auditMessages;

interface AuditTableProps {
  readonly events: readonly AuditEvent[];
  readonly label?: string;
  /** Whether all events are about one key, which the page names elsewhere. */
  readonly isOfOneKey?: boolean;
}

/** The table of audit events. */
export function AuditTable({ events, label = text.table, isOfOneKey = false }: AuditTableProps) {
  const nowMs = useNow();
  const columns: readonly Column<AuditEvent>[] = [
    { label: text.columns.what, isHeader: true, cell: (event) => <What {...event} /> },
    ...(isOfOneKey ? [] : [{ label: text.columns.key, cell: linkToKey }]),
    { label: text.columns.who, cell: (event) => <span class="actor">{nameActor(event)}</span> },
    { label: text.columns.from, cell: ({ ip }) => ip !== null && <code>{ip}</code> },
    {
      label: text.columns.when,
      cell: ({ createdOn }) => (
        <time dateTime={createdOn}>
          {formatExact(createdOn)}
          <span class="sub">{formatRelative(createdOn, nowMs)}</span>
        </time>
      ),
    },
  ];
  return <Table label={label} columns={columns} rows={events} />;
}

function linkToKey({ keyId, keyName }: AuditEvent) {
  return keyId !== null && <Link to={{ screen: "key", keyId }}>{keyName ?? keyId}</Link>;
}

function What(event: AuditEvent) {
  const details = describeDetails(event);
  return (
    <>
      {nameAction(event.action)}
      {details !== "" && <span class="sub">{details}</span>}
    </>
  );
}

function nameActor({ actorEmail, actorKind, details }: AuditEvent): string {
  // Trusts and automation tokens have a name instead of an email address.
  if (actorEmail === null) return String(details[`${actorKind}Name`] ?? text.server);
  return actorEmail === "operator" ? text.operator : actorEmail;
}
