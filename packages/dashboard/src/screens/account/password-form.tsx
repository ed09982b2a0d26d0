import { useEffect, useRef, useState } from "preact/hooks";
import { accountMessages } from "../../account-messages.ts";
import { useAction } from "../../api/use-action.ts";
import type { Account } from "../../app/context.ts";
import { Button } from "../../ui/button.tsx";
import { FailureNotice } from "../../ui/failure-notice.tsx";
import { Field } from "../../ui/field.tsx";
import { useAnnounce } from "../../ui/live-region.tsx";

const text = accountMessages;

interface PasswordFormProps {
  readonly email: string;
  readonly account: Account;
  /** Runs after the change. Without it, the form says that the password is changed. */
  readonly onChanged?: (() => void) | undefined;
  /** Runs after the form has said that the password is changed. */
  readonly onSaid?: (() => void) | undefined;
}

/** Changes the password. The server's reasons appear beside the field that they are about. */
export function PasswordForm({ email, account, onChanged, onSaid }: PasswordFormProps) {
  const { run, isPending, failure } = useAction();
  const announce = useAnnounce();
  const [isShown, setShown] = useState(false);
  const [isDone, setDone] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  const type = failure?.kind === "refused" ? failure.type : undefined;
  const currentError = type === "SIGN_IN_FAILED" ? failure?.message : undefined;
  const newError = type === "VALIDATION_FAILED" ? failure?.message : undefined;
  useEffect(() => {
    form.current?.querySelector<HTMLElement>("[aria-invalid]")?.focus();
  }, [failure]);
  const submit = (): void => {
    if (form.current === null) return;
    setDone(false);
    const data = new FormData(form.current);
    const input = { currentPassword: String(data.get("current") ?? ""), newPassword: String(data.get("new") ?? "") };
    void run(
      () => account.changePassword(input),
      () => {
        form.current?.reset();
        if (onChanged !== undefined) return onChanged();
        setDone(true);
        announce(text.passwordChanged);
        onSaid?.();
      },
    );
  };
  const field = (name: "current" | "new", label: string, error: string | undefined) => (
    <Field label={label} error={error}>
      {(control) => (
        <input
          {...control}
          name={name}
          {...typeOf(isShown)}
          autocomplete={`${name}-password`}
          autocapitalize="off"
          spellcheck={false}
          required
          readOnly={isPending}
        />
      )}
    </Field>
  );
  return (
    <form
      ref={form}
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      {failure !== null && currentError === undefined && newError === undefined && (
        <FailureNotice failure={failure} onRetry={submit} />
      )}
      {/* Password managers store the new password under this name. */}
      <input type="text" autocomplete="username" value={email} readOnly hidden />
      {field("current", text.currentPassword, currentError)}
      {field("new", text.newPassword, newError)}
      <label class="check">
        <input type="checkbox" checked={isShown} onInput={(event) => setShown(event.currentTarget.checked)} />
        {text.showPasswords}
      </label>
      {isDone && <p class="notice">{text.passwordChanged}</p>}
      <div>
        <Button type="submit" tone="primary" isPending={isPending}>
          {text.changePassword}
        </Button>
      </div>
    </form>
  );
}

/** Returns the type of a password input. Preact's types do not allow an input whose type changes. */
function typeOf(isShown: boolean): { readonly type: "text" } {
  return { type: (isShown ? "text" : "password") as "text" };
}
