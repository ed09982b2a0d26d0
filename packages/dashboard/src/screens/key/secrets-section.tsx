import type { LiveSecret } from "@briksync/sdk/browser";
import { keyMessages } from "../../key-messages.ts";
import { Button } from "../../ui/button.tsx";
import { LastUse } from "../../ui/last-use.tsx";
import { Section, useSectionDialog } from "../../ui/section.tsx";
import { type Column, Table } from "../../ui/table.tsx";
import { Time } from "../../ui/time.tsx";
import { readDrainState } from "./drain-state.ts";
import { AbortDialog, FinishDialog } from "./end-rotation-dialogs.tsx";

const text = keyMessages.secrets;

type Open = { readonly kind: "finish" | "abort"; readonly rotation: LiveSecret };

interface SecretsSectionProps {
  readonly keyId: string;
  readonly secrets: readonly LiveSecret[];
  /** Increases after each rotation. */
  readonly rotations: number;
  readonly onChange: () => void;
}

/** The working secrets of a key. During a rotation, it shows the last use of the old secret, and how to finish. */
export function SecretsSection({ keyId, secrets, rotations, onChange }: SecretsSectionProps) {
  const { open, setOpen, changes, close, done } = useSectionDialog<Open>(onChange);
  const isRotating = secrets.some(({ state }) => state === "pending");
  const columns: readonly Column<LiveSecret>[] = [
    { label: text.columns.state, isHeader: true, cell: (secret) => <State secret={secret} secrets={secrets} /> },
    { label: text.columns.lastUsed, cell: ({ lastUsedAt }) => <LastUse lastUsedAt={lastUsedAt} /> },
    { label: text.columns.from, cell: ({ lastUsedIp }) => (lastUsedIp === null ? "–" : <code>{lastUsedIp}</code>) },
    { label: text.columns.ends, cell: (secret) => <End secret={secret} isRotating={isRotating} /> },
    {
      label: text.columns.actions,
      isLabelHidden: true,
      cell: (rotation) =>
        rotation.state === "pending" && (
          <div class="row">
            <Button onClick={() => setOpen({ kind: "finish", rotation })}>{keyMessages.finish.title}</Button>
            <Button onClick={() => setOpen({ kind: "abort", rotation })}>{keyMessages.abort.title}</Button>
          </div>
        ),
    },
  ];
  const shared = { keyId, secrets, onDone: done, onClose: close };
  return (
    <Section title={text.heading} changes={changes + rotations}>
      <Table label={text.heading} columns={columns} rows={secrets} />
      {open?.kind === "finish" && <FinishDialog rotation={open.rotation} {...shared} />}
      {open?.kind === "abort" && <AbortDialog rotation={open.rotation} {...shared} />}
    </Section>
  );
}

function State({ secret, secrets }: { readonly secret: LiveSecret; readonly secrets: readonly LiveSecret[] }) {
  const { state, createdBy } = secret;
  return (
    <>
      <span class={`badge ${state === "current" ? "good" : "warning"}`}>{text.states[state] ?? state}</span>
      {state === "pending" && (
        <>
          {createdBy !== null && <span class="sub">{text.startedBy(createdBy)}</span>}
          <span class="sub">{describeDrain(secret, secrets)}</span>
        </>
      )}
    </>
  );
}

function describeDrain(rotation: LiveSecret, secrets: readonly LiveSecret[]): string {
  const { isNewUnused, inUse } = readDrainState(rotation, secrets, Date.now());
  if (isNewUnused) return text.newUnused;
  return inUse.length > 0 ? text.oldInUse : text.ready;
}

function End({ secret, isRotating }: { readonly secret: LiveSecret; readonly isRotating: boolean }) {
  const { state, expiresOn, firstUsedOn } = secret;
  if (state === "current") return <span class="muted">{isRotating ? text.ends.replaced : text.ends.current}</span>;
  if (expiresOn === null || (state === "pending" && firstUsedOn !== null)) {
    return <span class="muted">{text.ends.pending}</span>;
  }
  return (
    <>
      <Time value={expiresOn} nowMs={Date.now()} />
      {state === "pending" && <span class="sub">{text.ends.unless}</span>}
    </>
  );
}
