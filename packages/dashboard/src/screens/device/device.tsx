import { useEffect, useRef, useState } from "preact/hooks";
import { type Action, useAction } from "../../api/use-action.ts";
import { type Account, useApp, type WaitingDevice } from "../../app/context.ts";
import { deviceMessages } from "../../device-messages.ts";
import { messages } from "../../messages.ts";
import { Button } from "../../ui/button.tsx";
import { FailureNotice } from "../../ui/failure-notice.tsx";
import { Field } from "../../ui/field.tsx";
import { Heading } from "../../ui/heading.tsx";
import { LoadState } from "../../ui/load-state.tsx";
import { Notice } from "../../ui/notice.tsx";
import { DeviceRequest } from "./device-request.tsx";

const text = deviceMessages;

/**
 * Signs in a device that has no browser. The user enters its code, sees which device asks, chooses the company, and
 * approves or denies. A code in the address is looked up immediately, and the user compares it.
 */
export function DeviceScreen({ code }: { readonly code: string | undefined }) {
  const { session, sessionFailure, reloadSession, account } = useApp();
  return (
    <>
      <Heading>{messages.titles.device}</Heading>
      <LoadState value={session} failure={sessionFailure} reload={reloadSession} />
      {session !== null && account !== null && <DeviceSignIn code={code} account={account} />}
    </>
  );
}

function DeviceSignIn({ code, account }: { readonly code: string | undefined; readonly account: Account }) {
  const action = useAction();
  const [found, setFound] = useState<{ readonly code: string; readonly device: WaitingDevice } | null>(null);
  const [decision, setDecision] = useState<"approved" | "denied" | null>(null);
  const { run, reset } = action;
  const find = (typed: string): void =>
    void run(
      () => account.findDevice(typed),
      (device) => setFound({ code: typed, device }),
    );
  const isFirst = useRef(true);
  useEffect(() => {
    if (code !== undefined && isFirst.current) find(code);
    isFirst.current = false;
  });
  if (decision !== null) return <Notice tone={decision === "approved" ? "info" : "warning"}>{text[decision]}</Notice>;
  const leave = (): void => {
    reset();
    setFound(null);
  };
  return (
    <div class="account">
      <Notice tone="warning" title={text.warning.title}>
        {text.warning.text}
      </Notice>
      {found === null ? (
        <CodeForm initial={code} action={action} onSubmit={find} />
      ) : (
        <DeviceRequest {...found} account={account} onDecided={setDecision} onLeave={leave} />
      )}
    </div>
  );
}

interface CodeFormProps {
  readonly initial: string | undefined;
  /** The look-up of the code. */
  readonly action: Action;
  readonly onSubmit: (code: string) => void;
}

/** The form for the code that the device shows. Wrong, used and expired codes get the same error. */
function CodeForm({ initial, action: { isPending, failure }, onSubmit }: CodeFormProps) {
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
