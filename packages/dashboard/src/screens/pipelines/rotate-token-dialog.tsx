import type { AutomationToken } from "@briksync/sdk/browser";
import { pipelineMessages } from "../../pipeline-messages.ts";
import { RevealDialog } from "../../secrets/reveal-dialog.tsx";
import { useSecretRequest } from "../../secrets/use-secret-request.ts";
import { ActionDialog } from "../../ui/action-dialog.tsx";

const text = pipelineMessages.rotateToken;

/** Properties of `RotateTokenDialog`. */
export interface RotateTokenDialogProps {
  readonly token: AutomationToken;
  /** Runs when there may be a new token. */
  readonly onChange: () => void;
  readonly onClose: () => void;
}

/** Asks before a token is rotated, and shows the new one once. */
export function RotateTokenDialog({ token, onChange, onClose }: RotateTokenDialogProps) {
  const { isPending, failure, secret, send, confirm } = useSecretRequest();
  const submit = async (): Promise<void> => {
    await send({ kind: "rotate-token", tokenId: token.id, name: token.name });
    onChange();
  };
  if (secret !== null) {
    return (
      <RevealDialog secret={secret} onConfirm={() => confirm(onClose)}>
        <p>{text.next}</p>
      </RevealDialog>
    );
  }
  return (
    <ActionDialog
      title={`${pipelineMessages.of(text.action, token.name)}?`}
      isPending={isPending}
      failure={failure?.kind === "unknown-outcome" ? { ...failure, message: text.unknown } : failure}
      submit={text.action}
      isCautious
      onSubmit={() => void submit()}
      onClose={onClose}
    >
      <p>{text.effect}</p>
    </ActionDialog>
  );
}
