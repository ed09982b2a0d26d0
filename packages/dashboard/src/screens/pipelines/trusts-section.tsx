import { isApiError, type Trust } from "@briksync/sdk/browser";
import { useState } from "preact/hooks";
import { useAction } from "../../api/use-action.ts";
import { useLoad } from "../../api/use-load.ts";
import { messages } from "../../messages.ts";
import { pipelineMessages } from "../../pipeline-messages.ts";
import { Button } from "../../ui/button.tsx";
import { FailureNotice } from "../../ui/failure-notice.tsx";
import { useAnnounce } from "../../ui/live-region.tsx";
import { Loading } from "../../ui/loading.tsx";
import { ScreenFailure } from "../../ui/screen-failure.tsx";
import { type Column, Table } from "../../ui/table.tsx";
import { Time, useNow } from "../../ui/time.tsx";
import { Section } from "../key/section.tsx";
import { AddTrustDialog } from "./add-trust-dialog.tsx";
import { ConfirmDialog } from "./confirm-dialog.tsx";
import { RefusalsDialog } from "./refusals-dialog.tsx";

const shared = pipelineMessages;
const text = shared.trusts;

type Open = "add" | { readonly kind: "refusals" | "disable" | "remove"; readonly trust: Trust };

/** The pipelines that may rotate keys, with their last run and the jobs that were refused. */
export function TrustsSection() {
  const nowMs = useNow();
  const announce = useAnnounce();
  const list = useLoad("trusts", (sdk, signal) => sdk.trusts.list({ signal }));
  const enabling = useAction();
  const [open, setOpen] = useState<Open | null>(null);
  const [changes, setChanges] = useState(0);
  const close = (): void => setOpen(null);
  const done = (message: string): void => {
    close();
    list.reload();
    setChanges((count) => count + 1);
    announce(message);
  };
  const enable = async ({ id }: Trust): Promise<void> => {
    const result = await enabling.run((sdk) => sdk.trusts.enable(id));
    if (result?.ok) done(text.enabledDone);
  };
  const columns: readonly Column<Trust>[] = [
    { label: shared.columns.name, isHeader: true, cell: (trust) => <TrustName {...trust} /> },
    { label: shared.columns.provider, cell: (trust) => describeProvider(trust) },
    { label: shared.columns.keys, cell: ({ keyIds }) => shared.keyCount(keyIds.length) },
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
          <Button aria-label={text.of(text.refusals, trust.name)} onClick={() => setOpen({ kind: "refusals", trust })}>
            {text.refusals}
          </Button>
          {trust.disabledOn === null ? (
            <Button aria-label={text.of(text.disable, trust.name)} onClick={() => setOpen({ kind: "disable", trust })}>
              {text.disable}
            </Button>
          ) : (
            <Button
              aria-label={text.of(text.enable, trust.name)}
              isPending={enabling.isPending}
              onClick={() => void enable(trust)}
            >
              {text.enable}
            </Button>
          )}
          <Button aria-label={text.of(text.remove, trust.name)} onClick={() => setOpen({ kind: "remove", trust })}>
            {text.remove}
          </Button>
        </div>
      ),
    },
  ];
  return (
    <Section
      title={text.heading}
      changes={changes}
      action={list.value !== null && <Button onClick={() => setOpen("add")}>{text.add}</Button>}
    >
      <p class="muted">{text.hint}</p>
      {list.failure !== null && <ScreenFailure failure={list.failure} onRetry={list.reload} />}
      {enabling.failure !== null && <FailureNotice failure={enabling.failure} />}
      {list.value === null && list.failure === null && <Loading />}
      {list.value?.length === 0 && <p class="empty">{text.empty}</p>}
      {list.value !== null && list.value.length > 0 && (
        <Table
          label={text.heading}
          columns={columns}
          rows={list.value}
          keyOf={({ id }) => id}
          classOf={({ disabledOn }) => (disabledOn === null ? undefined : "ended")}
        />
      )}
      {open === "add" && <AddTrustDialog onDone={() => done(text.added)} onClose={close} />}
      {open !== null && open !== "add" && open.kind === "refusals" && (
        <RefusalsDialog trust={open.trust} onClose={close} />
      )}
      {open !== null && open !== "add" && open.kind === "disable" && (
        <ConfirmDialog
          title={text.disableHeading(open.trust.name)}
          submit={text.disable}
          work={(sdk) => sdk.trusts.disable(open.trust.id)}
          onDone={() => done(text.disabledDone)}
          onClose={close}
        >
          <p>{text.removeEffect}</p>
        </ConfirmDialog>
      )}
      {open !== null && open !== "add" && open.kind === "remove" && (
        <ConfirmDialog
          title={text.removeHeading(open.trust.name)}
          submit={text.remove}
          work={(sdk) =>
            sdk.trusts.remove(open.trust.id).catch((error: unknown) => {
              // Another admin, or the attempt whose answer was lost, has already removed it.
              if (!isApiError(error, "NOT_FOUND")) throw error;
            })
          }
          onDone={() => done(text.removed)}
          onClose={close}
        >
          <p>{text.removeEffect}</p>
        </ConfirmDialog>
      )}
    </Section>
  );
}

function TrustName({ name, createdBy, warnings }: Trust) {
  return (
    <>
      {name}
      {createdBy.hasLeft && <span class="sub">{shared.createdBy(createdBy.email)}</span>}
      {warnings.map(({ type, message }) => (
        <span key={type} class="sub">
          {message}
        </span>
      ))}
    </>
  );
}

function describeProvider({ provider }: Trust): string {
  const names: Readonly<Record<string, string>> = shared.addTrust.providers;
  return names[provider] ?? provider;
}
