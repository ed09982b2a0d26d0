import { useAction } from "../../api/use-action.ts";
import { keyMessages } from "../../key-messages.ts";
import { ActionDialog } from "../../ui/action-dialog.tsx";
import { LastUse } from "../../ui/last-use.tsx";
import { Notice } from "../../ui/notice.tsx";
import type { RotationDialogProps } from "./finish-dialog.tsx";

const text = keyMessages.abort;

/** Asks before a rotation is aborted. Warns if an integration uses the new secret, or may have it. */
export function AbortDialog({ keyId, rotation, secrets, onDone, onClose }: RotationDialogProps) {
  const action = useAction();
  const { failure, isPending } = action;
  const latest = secrets.find(({ id, state }) => id === rotation.id && state === "pending");
  const { lastUsedAt, lastUsedIp, firstUsedOn, expiresOn } = latest ?? rotation;
  const isRefused = failure?.kind === "conflict" && failure.type === "ROTATION_IN_USE";
  // The server removes the end of a secret that was shown for delivery.
  const isInUse = firstUsedOn !== null || expiresOn === null || isRefused;
  const submit = async (): Promise<void> => {
    const options = isInUse ? { force: true } : {};
    const result = await action.run((sdk) => sdk.keys.rotations.abort(keyId, rotation.id, options));
    if (result?.ok) onDone(text.done);
  };
  return (
    <ActionDialog
      title={text.heading}
      isPending={isPending}
      failure={failure}
      submit={isInUse ? text.submitAnyway : text.submit}
      tone="danger"
      isOver={latest === undefined && !isPending}
      isCautious
      onSubmit={() => void submit()}
      onClose={onClose}
    >
      <p>{latest === undefined ? keyMessages.secrets.gone : text.effect}</p>
      {latest !== undefined && isInUse && (
        <Notice tone="warning">
          {lastUsedAt === null ? (
            text.delivered
          ) : (
            <>
              {text.used} <LastUse lastUsedAt={lastUsedAt} lastUsedIp={lastUsedIp} />.
            </>
          )}
        </Notice>
      )}
    </ActionDialog>
  );
}
