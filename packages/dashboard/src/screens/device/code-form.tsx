import { useRef } from "preact/hooks";
import type { Action } from "../../api/use-action.ts";
import { deviceMessages } from "../../device-messages.ts";
import { Button } from "../../ui/button.tsx";
import { FailureNotice } from "../../ui/failure-notice.tsx";
import { Field } from "../../ui/field.tsx";

const text = deviceMessages;

interface CodeFormProps {
  readonly initial: string | undefined;
  /** The look-up of the code. */
  readonly action: Action;
  readonly onSubmit: (code: string) => void;
}

/** The form for the code that the device shows. A wrong, used and expired code get the same error. */
export function CodeForm({ initial, action: { isPending, failure }, onSubmit }: CodeFormProps) {
  const form = useRef<HTMLFormElement>(null);
  const isUnknown = failure?.kind === "refused" && failure.type === "NOT_FOUND";
  const submit = (): void => {
    if (form.current !== null) onSubmit(String(new FormData(form.current).get("code") ?? ""));
  };
  return (
    <form
      ref={form}
      class="card"
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      {failure !== null && !isUnknown && <FailureNotice failure={failure} onRetry={submit} />}
      <Field label={text.code} hint={text.codeHint} error={isUnknown ? failure.message : undefined}>
        {(control) => (
          <input
            {...control}
            name="code"
            defaultValue={initial}
            autocomplete="off"
            autocapitalize="characters"
            spellcheck={false}
            maxLength={64}
            required
            readOnly={isPending}
          />
        )}
      </Field>
      <div>
        <Button type="submit" tone="primary" isPending={isPending}>
          {text.find}
        </Button>
      </div>
    </form>
  );
}
