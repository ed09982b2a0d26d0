import type { AllowedIp, ApiKey } from "@briksync/sdk/browser";
import { formatExact, formatNetwork } from "../../format.ts";
import { keyMessages } from "../../key-messages.ts";
import { messages } from "../../messages.ts";
import { Button } from "../../ui/button.tsx";
import { Notice } from "../../ui/notice.tsx";
import { Section, useSectionDialog } from "../../ui/section.tsx";
import { type Column, Table } from "../../ui/table.tsx";
import { hasExpired } from "./allowlist.ts";
import { AllowIpDialog, RemoveIpDialog } from "./allowlist-dialogs.tsx";

const text = keyMessages.ips;

/** The addresses that can use a key. */
export function IpSection({ apiKey, onChange }: { readonly apiKey: ApiKey; readonly onChange: () => void }) {
  const { open, setOpen, changes, close, done } = useSectionDialog<AllowedIp | "add">(onChange);
  const { ipAllowlist: entries = [], status } = apiKey;
  const isActive = status === "active";
  const nowMs = Date.now();
  const columns: readonly Column<AllowedIp>[] = [
    { label: text.columns.address, isHeader: true, cell: ({ cidr }) => <code>{formatNetwork(cidr)}</code> },
    { label: text.columns.note, cell: ({ note }) => note ?? "–" },
    { label: text.columns.expires, cell: (entry) => <Expiry {...entry} /> },
    {
      label: text.columns.actions,
      isLabelHidden: true,
      cell: (entry) =>
        isActive && (
          <Button aria-label={`${text.remove} ${formatNetwork(entry.cidr)}`} onClick={() => setOpen(entry)}>
            {text.remove}
          </Button>
        ),
    },
  ];
  const shared = { apiKey, onDone: done, onClose: close };
  return (
    <Section
      title={text.heading}
      changes={changes}
      action={isActive && <Button onClick={() => setOpen("add")}>{text.add}</Button>}
    >
      {entries.length === 0 && <p class="muted">{text.open}</p>}
      {entries.length > 0 && (
        <>
          {entries.every((entry) => hasExpired(entry, nowMs)) ? (
            <Notice tone="warning">{text.allExpired}</Notice>
          ) : (
            <p class="muted">{text.hint}</p>
          )}
          <Table
            label={text.heading}
            columns={columns}
            rows={entries}
            classOf={(entry) => (hasExpired(entry, nowMs) ? "ended" : undefined)}
          />
        </>
      )}
      {open === "add" && <AllowIpDialog {...shared} />}
      {open !== null && open !== "add" && <RemoveIpDialog entry={open} {...shared} />}
    </Section>
  );
}

function Expiry({ expiresAt }: AllowedIp) {
  if (expiresAt === null) return <span class="muted">{messages.never}</span>;
  return (
    <>
      <time dateTime={expiresAt}>{formatExact(expiresAt)}</time>
      {hasExpired({ expiresAt }, Date.now()) && <span class="sub">{text.expired}</span>}
    </>
  );
}
