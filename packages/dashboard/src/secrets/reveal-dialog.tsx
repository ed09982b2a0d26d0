import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef, useState } from "preact/hooks";
import { useApp } from "../app/context.ts";
import { messages } from "../messages.ts";
import { secretMessages } from "../secret-messages.ts";
import { Button } from "../ui/button.tsx";
import { CopyButton } from "../ui/copy-button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { useAnnounce } from "../ui/live-region.tsx";
import { RotationLease } from "./rotation-lease.tsx";
import type { NewSecret } from "./secret-request.ts";

const text = secretMessages.reveal;
const mask = "•".repeat(28);

interface RevealDialogProps {
  readonly secret: NewSecret;
  /** Runs after the user confirmed that the secret is stored. */
  readonly onConfirm: () => void;
  /** Text about the next steps, such as when the old secret ends. */
  readonly children?: ComponentChildren;
}

/** Shows a new secret. Only "Done" closes the dialog, so that the secret is not lost by accident. */
export function RevealDialog(props: RevealDialogProps) {
  const introId = useId();
  const [holds, setHolds] = useState(0);
  const { title, intro } = nameParts(props.secret);
  return (
    <Dialog title={title} describedBy={introId} isWide onBlocked={() => setHolds((count) => count + 1)}>
      <p id={introId}>{intro}</p>
      <Content {...props} holds={holds} onHeld={() => setHolds((count) => count + 1)} />
    </Dialog>
  );
}

interface ContentProps extends RevealDialogProps {
  /** How often the user tried to leave. */
  readonly holds: number;
  readonly onHeld: () => void;
}

function Content({ secret, onConfirm, children, holds, onHeld }: ContentProps) {
  const { router } = useApp();
  const announce = useAnnounce();
  const [isShown, setShown] = useState(false);
  const [isStored, setStored] = useState(false);
  const hintId = useId();
  const release = useRef<() => void>(() => undefined);
  useEffect(() => {
    release.current = router.hold(onHeld);
    return () => release.current();
  }, [router]);
  useEffect(() => {
    if (holds > 0) announce(text.held);
  }, [announce, holds]);
  const toggle = (): void => {
    announce(isShown ? text.concealed : text.shown);
    setShown(!isShown);
  };
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (!isStored) return;
        // Releases the page before the callback, because the callback may open another place.
        release.current();
        onConfirm();
      }}
    >
      {children}
      {secret.key !== null && secret.rotationId !== null && (
        <RotationLease keyId={secret.key.id} rotationId={secret.rotationId} leaseExpiresOn={secret.leaseExpiresOn} />
      )}
      <div class="field">
        <p class="label">{text.name}</p>
        <p>{secret.name}</p>
      </div>
      <div class="field">
        <p class="label">{nameParts(secret).secret}</p>
        <div class="secret">
          {isShown ? (
            <code>{secret.reveal()}</code>
          ) : (
            <code>
              <span aria-hidden="true">{mask}</span>
              <span class="hidden">{text.hidden}</span>
            </code>
          )}
          <Button onClick={toggle}>{isShown ? text.hide : text.show}</Button>
          <CopyButton text={secret.reveal()} tone="primary" hasAutofocus />
        </div>
      </div>
      {secret.key !== null && <KeyDetails clientId={secret.key.clientId} />}
      {holds > 0 && <p class="notice warning">{text.held}</p>}
      <label class="check">
        <input type="checkbox" checked={isStored} onInput={(event) => setStored(event.currentTarget.checked)} />
        {nameParts(secret).stored}
      </label>
      <div class="actions">
        {!isStored && (
          <p class="hint" id={hintId}>
            {text.doneHint}
          </p>
        )}
        <Button type="submit" tone="primary" isDisabled={!isStored} aria-describedby={isStored ? undefined : hintId}>
          {text.done}
        </Button>
      </div>
    </form>
  );
}

/** Returns the texts for the kind of secret: that of a key, or an automation token. */
function nameParts({ key }: NewSecret): (typeof text)["key" | "token"] {
  return key === null ? text.token : text.key;
}

/** The values that a user needs in addition to the secret of a key, and a command to test them. */
function KeyDetails({ clientId }: { readonly clientId: string }) {
  const { api } = useApp();
  const command = `read -rs SECRET && printf 'Authorization: Bearer %s' "$SECRET" | curl -H @- ${api.baseUrl}/external/v1/auth/verify`;
  return (
    <>
      <div class="field">
        <p class="label">{text.clientId}</p>
        <div class="secret">
          <code>{clientId}</code>
          <CopyButton text={clientId} what={messages.copy.clientId} />
        </div>
      </div>
      <div class="field">
        <p class="label">{text.command}</p>
        <div class="secret">
          <pre>{command}</pre>
          <CopyButton text={command} what={messages.copy.command} />
        </div>
        <p class="hint">{text.commandHint}</p>
      </div>
    </>
  );
}
