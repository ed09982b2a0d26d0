import type { AutomationToken } from "@briksync/sdk/browser";
import { useState } from "preact/hooks";
import { useLoad } from "../../api/use-load.ts";
import { pipelineMessages } from "../../pipeline-messages.ts";
import { Button } from "../../ui/button.tsx";
import { useAnnounce } from "../../ui/live-region.tsx";
import { Loading } from "../../ui/loading.tsx";
import { ScreenFailure } from "../../ui/screen-failure.tsx";
import { type Column, Table } from "../../ui/table.tsx";
import { Day, useNow } from "../../ui/time.tsx";
import { LastUse } from "../key/last-use.tsx";
import { Section } from "../key/section.tsx";
import { ConfirmDialog } from "./confirm-dialog.tsx";
import { CreateTokenDialog, RotateTokenDialog } from "./token-dialogs.tsx";

const shared = pipelineMessages;
const text = shared.tokens;

type Open = "create" | { readonly kind: "rotate" | "revoke"; readonly token: AutomationToken };

/** The automation tokens of the company, with their end and their last use. */
export function TokensSection() {
  const nowMs = useNow();
  const announce = useAnnounce();
  const list = useLoad("tokens", (sdk, signal) => sdk.tokens.list({ signal }));
  const [open, setOpen] = useState<Open | null>(null);
  const [changes, setChanges] = useState(0);
  const close = (): void => setOpen(null);
  const revoked = (): void => {
    close();
    list.reload();
    setChanges((count) => count + 1);
    announce(text.revokeDone);
  };
  const columns: readonly Column<AutomationToken>[] = [
    { label: shared.columns.name, isHeader: true, cell: (token) => <TokenName {...token} /> },
    { label: shared.columns.keys, cell: ({ keyIds }) => shared.keyCount(keyIds.length) },
    { label: shared.columns.expires, cell: ({ expiresAt }) => <Day value={expiresAt} /> },
    { label: shared.columns.lastUsed, cell: (token) => <LastUse {...token} /> },
    { label: shared.columns.status, cell: (token) => <Status {...token} nowMs={nowMs} /> },
    {
      label: shared.columns.actions,
      isLabelHidden: true,
      cell: (token) =>
        token.revokedOn === null && (
          <div class="row">
            <Button
              aria-label={shared.trusts.of(text.rotate, token.name)}
              onClick={() => setOpen({ kind: "rotate", token })}
            >
              {text.rotate}
            </Button>
            <Button
              aria-label={shared.trusts.of(text.revoke, token.name)}
              onClick={() => setOpen({ kind: "revoke", token })}
            >
              {text.revoke}
            </Button>
          </div>
        ),
    },
  ];
  return (
    <Section
      title={text.heading}
      changes={changes}
      action={list.value !== null && <Button onClick={() => setOpen("create")}>{text.add}</Button>}
    >
      <p class="muted">{text.hint}</p>
      {list.failure !== null && <ScreenFailure failure={list.failure} onRetry={list.reload} />}
      {list.value === null && list.failure === null && <Loading />}
      {list.value?.length === 0 && <p class="empty">{text.empty}</p>}
      {list.value !== null && list.value.length > 0 && (
        <Table
          label={text.heading}
          columns={columns}
          rows={list.value}
          keyOf={({ id }) => id}
          classOf={(token) => (isEnded(token, nowMs) ? "ended" : undefined)}
        />
      )}
      {open === "create" && <CreateTokenDialog onChange={list.reload} onClose={close} />}
      {open !== null && open !== "create" && open.kind === "rotate" && (
        <RotateTokenDialog tokenId={open.token.id} name={open.token.name} onChange={list.reload} onClose={close} />
      )}
      {open !== null && open !== "create" && open.kind === "revoke" && (
        <ConfirmDialog
          title={text.revokeHeading(open.token.name)}
          submit={text.revoke}
          work={(sdk) => sdk.tokens.revoke(open.token.id)}
          onDone={revoked}
          onClose={close}
        >
          <p>{text.revokeEffect}</p>
        </ConfirmDialog>
      )}
    </Section>
  );
}

function isEnded({ revokedOn, expiresAt }: AutomationToken, nowMs: number): boolean {
  return revokedOn !== null || Date.parse(expiresAt) <= nowMs;
}

function TokenName({ name, createdBy, pendingSince }: AutomationToken) {
  return (
    <>
      {name}
      {pendingSince !== null && <span class="sub">{text.pending}</span>}
      {createdBy.hasLeft && <span class="sub">{shared.createdBy(createdBy.email)}</span>}
    </>
  );
}

function Status({ nowMs, ...token }: AutomationToken & { readonly nowMs: number }) {
  if (token.revokedOn !== null) return <span class="badge">{text.revoked}</span>;
  if (isEnded(token, nowMs)) return <span class="badge">{text.expired}</span>;
  return <span class="badge good">{text.active}</span>;
}
