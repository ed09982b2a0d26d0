import { useState } from "preact/hooks";
import { useApp } from "../../app/context.ts";
import { messages } from "../../messages.ts";
import { RevealDialog } from "../../secrets/reveal-dialog.tsx";
import { useSecretRequest } from "../../secrets/use-secret-request.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { FailureNotice } from "../../ui/failure-notice.tsx";
import { Field, TextField } from "../../ui/field.tsx";

const text = messages.generate;

interface GenerateDialogProps {
  /** Runs when a key may have been created. */
  readonly onChange: () => void;
  readonly onClose: () => void;
}

/** Asks for the name and the addresses of a new key, creates it, and shows its secret. */
export function GenerateDialog({ onChange, onClose }: GenerateDialogProps) {
  const { session } = useApp();
  const call = useSecretRequest();
  const [name, setName] = useState("");
  const [addresses, setAddresses] = useState("");
  const { isPending, failure, fields, mayHaveTakenEffect } = call;
  const lines = addresses.split("\n").map((line) => line.trim());
  const entries = lines.filter((line) => line !== "");
  const submit = async (): Promise<void> => {
    await call.send({ kind: "create", name, ipAllowlist: entries });
    onChange();
  };
  if (call.secret !== null) return <RevealDialog secret={call.secret} onConfirm={() => call.confirm(onClose)} />;
  const addressErrors = Object.entries(fields).filter(([path]) => path.startsWith("/ipAllowlist"));
  const myAddress = session?.ip ?? null;
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
            failure={
              mayHaveTakenEffect && failure.kind === "unknown-outcome" ? { ...failure, message: text.unknown } : failure
            }
            onRetry={() => void submit()}
            shownPaths={["/name", ...addressErrors.map(([path]) => path)]}
          />
        )}
        <TextField
          label={text.name}
          hint={text.nameHint}
          error={fields["/name"]}
          name="name"
          value={name}
          readOnly={isPending || mayHaveTakenEffect}
          hasAutofocus
          onText={setName}
        />
        <Field
          label={text.ips}
          isOptional
          hint={text.ipsHint}
          error={
            addressErrors.length === 0
              ? undefined
              : addressErrors.map(([path, message]) => <span key={path}>{nameEntry(path, entries, message)}</span>)
          }
        >
          {(control) => (
            <textarea
              {...control}
              rows={3}
              value={addresses}
              spellcheck={false}
              readOnly={isPending || mayHaveTakenEffect}
              onInput={(event) => setAddresses(event.currentTarget.value)}
            />
          )}
        </Field>
        {myAddress !== null && !entries.includes(myAddress) && (
          <div class="field-action">
            <Button
              tone="quiet"
              isDisabled={isPending || mayHaveTakenEffect}
              onClick={() => setAddresses([...entries, myAddress].join("\n"))}
            >
              {text.useMyAddress} ({myAddress})
            </Button>
          </div>
        )}
        <div class="actions">
          <Button onClick={onClose} isDisabled={isPending}>
            {messages.cancel}
          </Button>
          {/* The request is stored for the user and company, so it needs the session. */}
          <Button type="submit" tone="primary" isPending={isPending || session === null}>
            {text.submit}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

/** Returns the server's message about an entry, with the entry in front. */
function nameEntry(path: string, entries: readonly string[], message: string): string {
  const entry = entries[Number(path.split("/")[2] ?? Number.NaN)];
  return entry === undefined || message.includes(entry) ? message : `${entry}: ${message}`;
}
