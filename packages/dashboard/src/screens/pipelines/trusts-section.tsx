import { type ApiKey, type BrikSync, isApiError, type Trust } from "@briksync/sdk/browser";
import { messages } from "../../messages.ts";
import { pipelineMessages } from "../../pipeline-messages.ts";
import { type ChangeListeners, ConfirmDialog } from "../../ui/action-dialog.tsx";
import { Button } from "../../ui/button.tsx";
import { LastUse } from "../../ui/last-use.tsx";
import { Section, useSectionDialog } from "../../ui/section.tsx";
import { type Column, Table } from "../../ui/table.tsx";
import { Time, useNow } from "../../ui/time.tsx";
import { AddTrustDialog } from "./add-trust-dialog.tsx";
import { KeyNames } from "./key-names.tsx";
import { TrustDialog } from "./trust-dialog.tsx";
import type { SectionInput } from "./use-pipelines.ts";

const shared = pipelineMessages;
const text = shared.trusts;
const shownKeys = 2;

/** A change of a trust that already exists. */
type TrustChange = "disable" | "enable" | "remove";

const changeTrust: Readonly<Record<TrustChange, (sdk: BrikSync, id: string) => Promise<unknown>>> = {
  disable: (sdk, id) => sdk.trusts.disable(id),
  enable: (sdk, id) => sdk.trusts.enable(id),
  remove: (sdk, id) =>
    sdk.trusts.remove(id).catch((error: unknown) => {
      // Another admin, or an attempt whose response was lost, has already removed it.
      if (!isApiError(error, "NOT_FOUND")) throw error;
    }),
};

type Open = { readonly kind: "add" } | { readonly kind: "details" | TrustChange; readonly trust: Trust };

/** The pipelines that may rotate keys, with their last run. */
export function TrustsSection({ trusts, keys, planned, reload }: SectionInput) {
  const nowMs = useNow();
  const { open, setOpen, changes, close, done } = useSectionDialog<Open>(reload);
  const added = (trust: Trust): void => {
    reload();
    setOpen({ kind: "details", trust });
  };
  const offer = (kind: "details" | TrustChange, trust: Trust) => {
    const label = kind === "details" ? text.details : shared.changeTrust[kind].action;
    return (
      <Button aria-label={shared.of(label, trust.name)} onClick={() => setOpen({ kind, trust })}>
        {label}
      </Button>
    );
  };
  const columns: readonly Column<Trust>[] = [
    { label: shared.columns.name, isHeader: true, cell: (trust) => <TrustName {...trust} /> },
    { label: shared.columns.provider, cell: describeProvider },
    { label: shared.columns.keys, cell: ({ keyIds }) => <KeyNames keyIds={keyIds} keys={keys} limit={shownKeys} /> },
    {
      label: shared.columns.lastRun,
      cell: ({ lastRun }) =>
        lastRun === null ? (
          <span class="muted">{messages.never}</span>
        ) : (
          <>
            <Time value={lastRun.on} nowMs={Math.max(nowMs, Date.parse(lastRun.on))} />
            <span class="sub">{lastRun.repository}</span>
          </>
        ),
    },
    {
      label: shared.columns.status,
      cell: ({ disabledOn }) => (
        <span class={disabledOn === null ? "badge good" : "badge"}>
          {disabledOn === null ? text.active : text.disabled}
        </span>
      ),
    },
    {
      label: shared.columns.actions,
      isLabelHidden: true,
      cell: (trust) => (
        <div class="row">
          {offer("details", trust)}
          {offer(trust.disabledOn === null ? "disable" : "enable", trust)}
          {offer("remove", trust)}
        </div>
      ),
    },
  ];
  return (
    <Section
      title={text.heading}
      changes={changes}
      action={
        <Button {...planned} onClick={() => setOpen({ kind: "add" })}>
          {text.add}
        </Button>
      }
    >
      <p class="muted">{text.hint}</p>
      {trusts.length === 0 ? (
        <p class="empty">{text.empty}</p>
      ) : (
        <Table
          label={text.heading}
          columns={columns}
          rows={trusts}
          classOf={({ disabledOn }) => (disabledOn === null ? undefined : "ended")}
        />
      )}
      {open?.kind === "add" && <AddTrustDialog trusts={trusts} keys={keys} onDone={added} onClose={close} />}
      {open?.kind === "details" && <TrustDialog trust={open.trust} keys={keys} onClose={close} />}
      {open !== null && open.kind !== "add" && open.kind !== "details" && (
        <ChangeTrustDialog change={open.kind} trust={open.trust} keys={keys} onDone={done} onClose={close} />
      )}
    </Section>
  );
}

function TrustName({ name, createdBy, warnings }: Trust) {
  return (
    <>
      {name}
      {createdBy.hasLeft && <span class="sub">{shared.createdBy(createdBy.email)}</span>}
      {warnings.length > 0 && (
        <span class="sub">
          <span class="badge warning">{text.warnings(warnings.length)}</span>
        </span>
      )}
    </>
  );
}

function describeProvider({ provider }: Trust): string {
  const names: Readonly<Record<string, string>> = shared.addTrust.providers;
  return names[provider] ?? provider;
}

/** `onDone` receives the message for the user. */
interface ChangeTrustDialogProps extends ChangeListeners<string> {
  readonly change: TrustChange;
  readonly trust: Trust;
  readonly keys: readonly ApiKey[];
}

/** Asks before a trust is disabled, enabled or removed. Shows what the jobs then lose or get. */
function ChangeTrustDialog({ change, trust, keys, onDone, onClose }: ChangeTrustDialogProps) {
  const { action, effect, done } = shared.changeTrust[change];
  return (
    <ConfirmDialog
      title={`${shared.of(action, trust.name)}?`}
      submit={action}
      tone={change === "enable" ? "primary" : "danger"}
      work={(sdk) => changeTrust[change](sdk, trust.id)}
      onDone={() => onDone(done)}
      onClose={onClose}
    >
      <p>{effect}</p>
      {change === "enable" && (
        <p>
          <KeyNames keyIds={trust.keyIds} keys={keys} />
        </p>
      )}
      {change !== "enable" && trust.lastRun !== null && (
        <p>
          {shared.changeTrust.lastRun} <LastUse lastUsedAt={trust.lastRun.on} />.
        </p>
      )}
    </ConfirmDialog>
  );
}
