import { useState } from "preact/hooks";
import { messages } from "../../messages.ts";
import { pipelineMessages } from "../../pipeline-messages.ts";
import { RevealDialog } from "../../secrets/reveal-dialog.tsx";
import { useSecretRequest } from "../../secrets/use-secret-request.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { FailureNotice } from "../../ui/failure-notice.tsx";
import { Field } from "../../ui/field.tsx";
import { KeyChoice } from "./key-choice.tsx";

const text = pipelineMessages.addToken;
const rotateText = pipelineMessages.tokens;
const DAY_MS = 86_400_000;

/** Properties of `CreateTokenDialog`. */
export interface CreateTokenDialogProps {
  /** Runs when a token may have been created. */
  readonly onChange: () => void;
  readonly onClose: () => void;
}

/** Asks for the name, the keys and the end of a new token, creates it, and shows it once. */
export function CreateTokenDialog({ onChange, onClose }: CreateTokenDialogProps) {
  const call = useSecretRequest();
  const [name, setName] = useState("");
  const [days, setDays] = useState("90");
  const [keyIds, setKeyIds] = useState<readonly string[]>([]);
  // Every attempt asks for the same end, so that it is the same request.
  const [startedMs] = useState(Date.now);
  const { isPending, failure, isOpen } = call;
  const submit = async (): Promise<void> => {
    const expiresAt = new Date(startedMs + Number(days) * DAY_MS).toISOString();
    await call.send({ kind: "create-token", name, keyIds, expiresAt });
    onChange();
  };
  if (call.secret !== null) {
    const confirm = (): void => {
      call.confirm();
      onClose();
    };
    return <RevealDialog secret={call.secret} onConfirm={confirm} />;
  }
  const fields = failure?.kind === "fields" ? failure.fields : {};
  const isFixed = isPending || isOpen;
  return (
    <Dialog title={text.title} onClose={onClose} isPending={isPending}>
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        {failure !== null && (
          <FailureNotice
            failure={isOpen && failure.kind === "unknown-outcome" ? { ...failure, message: text.unknown } : failure}
            onRetry={() => void submit()}
            shownPaths={["/name", "/keyIds", "/expiresAt"]}
          />
        )}
        <Field label={text.name} hint={text.nameHint} error={fields["/name"]}>
          {(control) => (
            <input
              {...control}
              value={name}
              readOnly={isFixed}
              autocomplete="off"
              data-autofocus=""
              onInput={(event) => setName(event.currentTarget.value)}
            />
          )}
        </Field>
        <Field label={text.expires} error={fields["/expiresAt"]}>
          {(control) => (
            <select
              {...control}
              value={days}
              disabled={isFixed}
              onChange={(event) => setDays(event.currentTarget.value)}
            >
              {Object.entries(text.days).map(([value, label]) => (
                <option key={value} value={value}>
                  {label}
                </option>
              ))}
            </select>
          )}
        </Field>
        <KeyChoice label={text.keys} chosen={keyIds} error={fields["/keyIds"]} onChange={setKeyIds} />
        <div class="actions">
          <Button onClick={onClose} isDisabled={isPending}>
            {messages.cancel}
          </Button>
          <Button type="submit" tone="primary" isPending={isPending}>
            {text.submit}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

/** Properties of `RotateTokenDialog`. */
export interface RotateTokenDialogProps extends CreateTokenDialogProps {
  readonly tokenId: string;
  readonly name: string;
}

/** Asks before a token is rotated, and shows the new one once. */
export function RotateTokenDialog({ tokenId, name, onChange, onClose }: RotateTokenDialogProps) {
  const call = useSecretRequest();
  const { isPending, failure } = call;
  const submit = async (): Promise<void> => {
    await call.send({ kind: "rotate-token", tokenId, name });
    onChange();
  };
  if (call.secret !== null) {
    const confirm = (): void => {
      call.confirm();
      onClose();
    };
    return <RevealDialog secret={call.secret} onConfirm={confirm} />;
  }
  return (
    <Dialog title={rotateText.rotateHeading(name)} onClose={onClose} isPending={isPending}>
      <p>{rotateText.rotateEffect}</p>
      {failure !== null && <FailureNotice failure={failure} onRetry={() => void submit()} />}
      <div class="actions">
        <Button onClick={onClose} isDisabled={isPending} data-autofocus="">
          {messages.cancel}
        </Button>
        <Button tone="primary" isPending={isPending} onClick={() => void submit()}>
          {rotateText.rotate}
        </Button>
      </div>
    </Dialog>
  );
}
