import type { AutomationToken } from "@briksync/sdk/browser";
import { pipelineMessages } from "../../pipeline-messages.ts";
import { ConfirmDialog } from "../../ui/action-dialog.tsx";
import { Button } from "../../ui/button.tsx";
import { LastUse } from "../../ui/last-use.tsx";
import { Section, useSectionDialog } from "../../ui/section.tsx";
import { type Column, Table } from "../../ui/table.tsx";
import { Day, useNow } from "../../ui/time.tsx";
import { KeyNames } from "./key-names.tsx";
import { CreateTokenDialog, RotateTokenDialog } from "./token-dialogs.tsx";
import type { SectionInput } from "./use-pipelines.ts";

const { of, columns: labels, createdBy: describeCreator, revokeToken, rotateToken, tokens: text } = pipelineMessages;
const shownKeys = 2;

type Open = { readonly kind: "create" } | { readonly kind: "rotate" | "revoke"; readonly token: AutomationToken };

/** The automation tokens of the company, with their expiry and their last use. */
export function TokensSection({ tokens, keys, planned, reload }: SectionInput) {
  const nowMs = useNow();
  const { open, setOpen, changes, close, done } = useSectionDialog<Open>(reload);
  // The server keeps ended tokens for months.
  const rows = tokens.toSorted((one, other) => Number(isEnded(one, nowMs)) - Number(isEnded(other, nowMs)));
  const columns: readonly Column<AutomationToken>[] = [
    { label: labels.name, isHeader: true, cell: (token) => <TokenName {...token} /> },
    { label: labels.keys, cell: ({ keyIds }) => <KeyNames keyIds={keyIds} keys={keys} limit={shownKeys} /> },
    { label: labels.expires, cell: ({ expiresAt }) => <Day value={expiresAt} /> },
    { label: labels.lastUsed, cell: (token) => <LastUse {...token} /> },
    { label: labels.status, cell: (token) => <Status {...token} nowMs={nowMs} /> },
    {
      label: labels.actions,
      isLabelHidden: true,
      cell: (token) =>
        token.revokedOn === null && (
          <div class="row">
            <Button
              {...planned}
              aria-label={of(rotateToken.action, token.name)}
              onClick={() => setOpen({ kind: "rotate", token })}
            >
              {rotateToken.action}
            </Button>
            <Button aria-label={of(revokeToken.action, token.name)} onClick={() => setOpen({ kind: "revoke", token })}>
              {revokeToken.action}
            </Button>
          </div>
        ),
    },
  ];
  return (
    <Section
      title={text.heading}
      changes={changes}
      action={
        <Button {...planned} onClick={() => setOpen({ kind: "create" })}>
          {text.add}
        </Button>
      }
    >
      <p class="muted">{text.hint}</p>
      {tokens.length === 0 ? (
        <p class="empty">{text.empty}</p>
      ) : (
        <Table
          label={text.heading}
          columns={columns}
          rows={rows}
          classOf={(token) => (isEnded(token, nowMs) ? "ended" : undefined)}
        />
      )}
      {open?.kind === "create" && <CreateTokenDialog keys={keys} onChange={reload} onClose={close} />}
      {open?.kind === "rotate" && <RotateTokenDialog token={open.token} onChange={reload} onClose={close} />}
      {open?.kind === "revoke" && (
        <ConfirmDialog
          title={`${of(revokeToken.action, open.token.name)}?`}
          submit={revokeToken.action}
          work={(sdk) => sdk.tokens.revoke(open.token.id)}
          onDone={() => done(revokeToken.done)}
          onClose={close}
        >
          <p>{revokeToken.effect}</p>
          {open.token.lastUsedAt !== null && (
            <p>
              {revokeToken.lastUse} <LastUse {...open.token} />.
            </p>
          )}
        </ConfirmDialog>
      )}
    </Section>
  );
}

function isEnded({ revokedOn, expiresAt }: AutomationToken, nowMs: number): boolean {
  return revokedOn !== null || Date.parse(expiresAt) <= nowMs;
}

function TokenName({ name, createdBy, pendingSince, revokedOn }: AutomationToken) {
  return (
    <>
      {name}
      {pendingSince !== null && revokedOn === null && <span class="sub">{text.pending}</span>}
      {createdBy.hasLeft && <span class="sub">{describeCreator(createdBy.email)}</span>}
    </>
  );
}

function Status({ nowMs, ...token }: AutomationToken & { readonly nowMs: number }) {
  if (token.revokedOn !== null) return <span class="badge">{text.revoked}</span>;
  if (isEnded(token, nowMs)) return <span class="badge">{text.expired}</span>;
  return <span class="badge good">{text.active}</span>;
}
