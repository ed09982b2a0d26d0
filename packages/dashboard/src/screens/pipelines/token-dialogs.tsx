import type { ApiKey, AutomationToken } from "@briksync/sdk/browser";
import { useState } from "preact/hooks";
import { pipelineMessages } from "../../pipeline-messages.ts";
import { RevealDialog } from "../../secrets/reveal-dialog.tsx";
import { useSecretRequest } from "../../secrets/use-secret-request.ts";
import { ActionDialog } from "../../ui/action-dialog.tsx";
import { SelectField, TextField } from "../../ui/field.tsx";
import { isKeyPath, KeyChoice } from "./key-choice.tsx";

const { addToken: text, rotateToken, of } = pipelineMessages;
const hourMs = 3_600_000;

interface TokenDialogProps {
  /** Runs when there may be a new token. */
  readonly onChange: () => void;
  readonly onClose: () => void;
}

interface CreateTokenDialogProps extends TokenDialogProps {
  readonly keys: readonly ApiKey[];
}

/** Asks for the name, the keys and the expiry of a new token, creates it, and shows it once. */
export function CreateTokenDialog({ keys, onChange, onClose }: CreateTokenDialogProps) {
  const call = useSecretRequest();
  const [name, setName] = useState("");
  const [days, setDays] = useState("90");
  const [keyIds, setKeyIds] = useState<readonly string[]>([]);
  // Every attempt asks for the same expiry, so that it is the same request.
  const [startedMs] = useState(Date.now);
  const { isPending, failure, fields, mayHaveTakenEffect } = call;
  const submit = async (): Promise<void> => {
    // Subtracts an hour, because the clock of the browser can be ahead of the server's, which allows at most 365 days.
    const expiresAt = new Date(startedMs + (Number(days) * 24 - 1) * hourMs).toISOString();
    await call.send({ kind: "create-token", name, keyIds, expiresAt });
    onChange();
  };
  if (call.secret !== null) {
    return (
      <RevealDialog secret={call.secret} onConfirm={() => call.confirm(onClose)}>
        <p>{text.next}</p>
      </RevealDialog>
    );
  }
  const isLocked = isPending || mayHaveTakenEffect;
  return (
    <ActionDialog
      title={text.title}
      isPending={isPending}
      failure={
        mayHaveTakenEffect && failure?.kind === "unknown-outcome" ? { ...failure, message: text.unknown } : failure
      }
      shownPaths={["/name", "/expiresAt", ...Object.keys(fields).filter(isKeyPath)]}
      submit={text.submit}
      onSubmit={() => void submit()}
      onClose={onClose}
    >
      <TextField
        label={text.name}
        hint={text.nameHint}
        error={fields["/name"]}
        value={name}
        readOnly={isLocked}
        hasAutofocus
        onText={setName}
      />
      <SelectField
        label={text.expires}
        error={fields["/expiresAt"]}
        value={days}
        options={Object.entries(text.days)}
        isDisabled={isLocked}
        onChoose={setDays}
      />
      <KeyChoice
        label={text.keys}
        keys={keys}
        chosen={keyIds}
        fields={fields}
        isLocked={isLocked}
        onChange={setKeyIds}
      />
    </ActionDialog>
  );
}

interface RotateTokenDialogProps extends TokenDialogProps {
  readonly token: AutomationToken;
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
        <p>{rotateToken.next}</p>
      </RevealDialog>
    );
  }
  return (
    <ActionDialog
      title={`${of(rotateToken.action, token.name)}?`}
      isPending={isPending}
      failure={failure?.kind === "unknown-outcome" ? { ...failure, message: rotateToken.unknown } : failure}
      submit={rotateToken.action}
      isCautious
      onSubmit={() => void submit()}
      onClose={onClose}
    >
      <p>{rotateToken.effect}</p>
    </ActionDialog>
  );
}
