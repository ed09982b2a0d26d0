import type { LiveSecret } from "@briksync/sdk/browser";
import { useState } from "preact/hooks";
import { useAction } from "../../api/use-action.ts";
import { formatCount } from "../../format.ts";
import { keyMessages } from "../../key-messages.ts";
import { ActionDialog } from "../../ui/action-dialog.tsx";
import { LastUse } from "../../ui/last-use.tsx";
import { Notice } from "../../ui/notice.tsx";
import { readDrainState } from "./drain-state.ts";
import { TakeOverLease } from "./take-over.tsx";

const text = keyMessages.finish;
const { gone, states } = keyMessages.secrets;

/** Properties of `FinishDialog` and `AbortDialog`. */
export interface RotationDialogProps {
  readonly keyId: string;
  /** The rotation as it was when the dialog opened. */
  readonly rotation: LiveSecret;
  /** All working secrets, as they are now. */
  readonly secrets: readonly LiveSecret[];
  /** Runs after the change, with what to tell the user. */
  readonly onDone: (message: string) => void;
  readonly onClose: () => void;
}

/** Asks before a rotation is finished. Warns while a client uses another secret, or if none uses the new one. */
export function FinishDialog({ keyId, rotation, secrets, onDone, onClose }: RotationDialogProps) {
  const action = useAction();
  const [isTakeOver, setTakeOver] = useState(false);
  const { failure, isPending } = action;
  const latest = secrets.find(({ id, state }) => id === rotation.id && state === "pending");
  const { isNewUnused, inUse } = readDrainState(latest ?? rotation, secrets, Date.now());
  const holder = failure?.kind === "busy" ? failure.holder : null;
  const isRisky = isNewUnused || inUse.length > 0;
  const submit = async (): Promise<void> => {
    const options = isTakeOver ? { takeOver: true } : {};
    const result = await action.run((sdk) => sdk.keys.rotations.finish(keyId, rotation.id, options));
    if (result?.ok) onDone(text.done);
  };
  return (
    <ActionDialog
      title={text.heading}
      isPending={isPending}
      failure={holder === null ? failure : null}
      submit={holder !== null ? text.submitTakeOver : isRisky ? text.submitAnyway : text.submit}
      tone={holder !== null || isRisky ? "danger" : "primary"}
      isBlocked={holder !== null && !isTakeOver}
      isOver={latest === undefined && !isPending}
      isCautious={isRisky}
      onSubmit={() => void submit()}
      onClose={onClose}
    >
      {latest === undefined ? (
        <p>{gone}</p>
      ) : (
        <>
          <p>{text.effect(formatCount(secrets.length - 1, "other secret", "other secrets"))}</p>
          {inUse.map((secret) => (
            <Notice key={secret.id} tone="warning">
              {text.oldInUse(states[secret.state] ?? secret.state)} <LastUse {...secret} />.
            </Notice>
          ))}
          {isNewUnused && <Notice tone="warning">{text.newUnused}</Notice>}
        </>
      )}
      {holder !== null && <TakeOverLease holder={holder} isGiven={isTakeOver} onChange={setTakeOver} />}
    </ActionDialog>
  );
}
