import type { LiveSecret } from "@briksync/sdk/browser";
import { useState } from "preact/hooks";
import { useAction } from "../../api/use-action.ts";
import { formatCount } from "../../format.ts";
import { keyMessages } from "../../key-messages.ts";
import { ActionDialog, type ChangeListeners } from "../../ui/action-dialog.tsx";
import { LastUse } from "../../ui/last-use.tsx";
import { Notice } from "../../ui/notice.tsx";
import { TakeOverLease } from "./consent.tsx";
import { readDrainState } from "./drain-state.ts";

const { finish, abort, secrets: secretTexts } = keyMessages;

interface RotationDialogProps extends ChangeListeners<string> {
  readonly keyId: string;
  /** The rotation as it was when the dialog opened. */
  readonly rotation: LiveSecret;
  /** All working secrets, as they are now. */
  readonly secrets: readonly LiveSecret[];
}

/** Asks before a rotation is finished. Warns while a client uses another secret, or if none uses the new one. */
export function FinishDialog({ keyId, rotation, secrets, onDone, onClose }: RotationDialogProps) {
  const { failure, isPending, run } = useAction();
  const [isTakeOver, setTakeOver] = useState(false);
  const latest = findPending(rotation, secrets);
  const { isNewUnused, inUse } = readDrainState(latest ?? rotation, secrets, Date.now());
  const holder = failure?.kind === "busy" ? failure.holder : null;
  const isRisky = isNewUnused || inUse.length > 0;
  const options = isTakeOver ? { takeOver: true } : {};
  return (
    <ActionDialog
      title={finish.heading}
      isPending={isPending}
      failure={holder === null ? failure : null}
      submit={holder !== null ? finish.submitTakeOver : isRisky ? finish.submitAnyway : finish.submit}
      tone={holder !== null || isRisky ? "danger" : "primary"}
      isBlocked={holder !== null && !isTakeOver}
      isOver={latest === undefined && !isPending}
      isCautious={isRisky}
      onSubmit={() =>
        void run(
          (sdk) => sdk.keys.rotations.finish(keyId, rotation.id, options),
          () => onDone(finish.done),
        )
      }
      onClose={onClose}
    >
      {latest === undefined ? (
        <p>{secretTexts.gone}</p>
      ) : (
        <>
          <p>{finish.effect(formatCount(secrets.length - 1, "other secret", "other secrets"))}</p>
          {inUse.map((secret) => (
            <Notice key={secret.id} tone="warning">
              {finish.oldInUse(secretTexts.states[secret.state] ?? secret.state)} <LastUse {...secret} />.
            </Notice>
          ))}
          {isNewUnused && <Notice tone="warning">{finish.newUnused}</Notice>}
        </>
      )}
      {holder !== null && <TakeOverLease holder={holder} isGiven={isTakeOver} onChange={setTakeOver} />}
    </ActionDialog>
  );
}

/** Asks before a rotation is aborted. Warns if an integration uses the new secret, or may have it. */
export function AbortDialog({ keyId, rotation, secrets, onDone, onClose }: RotationDialogProps) {
  const { failure, isPending, run } = useAction();
  const latest = findPending(rotation, secrets);
  const { lastUsedAt, lastUsedIp, firstUsedOn, expiresOn } = latest ?? rotation;
  const isRefused = failure?.kind === "conflict" && failure.type === "ROTATION_IN_USE";
  // The server removes the expiry of a secret that was shown for delivery.
  const isInUse = firstUsedOn !== null || expiresOn === null || isRefused;
  const options = isInUse ? { force: true } : {};
  return (
    <ActionDialog
      title={abort.heading}
      isPending={isPending}
      failure={failure}
      submit={isInUse ? abort.submitAnyway : abort.submit}
      tone="danger"
      isOver={latest === undefined && !isPending}
      isCautious
      onSubmit={() =>
        void run(
          (sdk) => sdk.keys.rotations.abort(keyId, rotation.id, options),
          () => onDone(abort.done),
        )
      }
      onClose={onClose}
    >
      <p>{latest === undefined ? secretTexts.gone : abort.effect}</p>
      {latest !== undefined && isInUse && (
        <Notice tone="warning">
          {lastUsedAt === null ? (
            abort.delivered
          ) : (
            <>
              {abort.used} <LastUse lastUsedAt={lastUsedAt} lastUsedIp={lastUsedIp} />.
            </>
          )}
        </Notice>
      )}
    </ActionDialog>
  );
}

/** Returns the current state of a rotation. Returns undefined if it has ended. */
function findPending({ id }: LiveSecret, secrets: readonly LiveSecret[]): LiveSecret | undefined {
  return secrets.find((secret) => secret.id === id && secret.state === "pending");
}
