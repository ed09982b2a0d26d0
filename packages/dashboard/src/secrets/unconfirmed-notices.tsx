import { useState } from "preact/hooks";
import { useApp } from "../app/context.ts";
import type { Route } from "../app/router.ts";
import { secretMessages } from "../secret-messages.ts";
import { Button } from "../ui/button.tsx";
import { FailureNotice } from "../ui/failure-notice.tsx";
import { RevealDialog } from "./reveal-dialog.tsx";
import type { NewSecret, SecretRequest } from "./secret-request.ts";
import {
  forgetUnconfirmed,
  isRepeatable,
  rememberUnconfirmed,
  type UnconfirmedRequest,
  useUnconfirmed,
} from "./unconfirmed-requests.ts";
import { useOwner, useSecretRequest } from "./use-secret-request.ts";

const { reveal, unconfirmed: text } = secretMessages;

/** Offers each secret again that the user requested and did not confirm. */
export function UnconfirmedNotices() {
  const entries = useUnconfirmed(useOwner());
  // The entry that is shown is no longer in the list, because its dialog works on it.
  const [open, setOpen] = useState<UnconfirmedRequest | null>(null);
  const shown = open === null ? entries : [open, ...entries];
  return (
    <>
      {shown.map((entry) => (
        <UnconfirmedNotice
          key={entry.idempotencyKey}
          entry={entry}
          onOpen={() => setOpen(entry)}
          onEnd={() => setOpen(null)}
        />
      ))}
    </>
  );
}

function UnconfirmedNotice(props: {
  readonly entry: UnconfirmedRequest;
  readonly onOpen: () => void;
  readonly onEnd: () => void;
}) {
  const { entry, onOpen, onEnd } = props;
  const { request } = entry;
  const what = request.kind === "create" || request.kind === "rotate" ? "key" : "token";
  const { router } = useApp();
  const { secret, failure, isPending, send, confirm } = useSecretRequest(entry);
  const isGone = failure?.kind === "conflict" || failure?.kind === "not-found";
  const mayRepeat = isRepeatable(entry, Date.now()) && !isGone;
  const showAgain = (): void => {
    onOpen();
    rememberUnconfirmed(entry);
    void send(request);
  };
  const proceed = (stored: NewSecret): void => {
    onEnd();
    // A rotation continues on the page of its key.
    router.go(findPlace(request, stored));
  };
  const dismiss = (): void => {
    forgetUnconfirmed(entry.idempotencyKey);
    onEnd();
  };
  return (
    <section class="notice warning" aria-label={reveal[what].title}>
      <div class="notice-text">
        <p class="notice-title">{text[request.kind]}</p>
        <p>{text.named(request.name)}</p>
        {!mayRepeat && <p>{isGone ? text.gone(what) : text.expired(what)}</p>}
      </div>
      <div class="row">
        {mayRepeat && (
          <Button tone="primary" isPending={isPending} onClick={showAgain}>
            {text.action}
          </Button>
        )}
        <Button onClick={dismiss}>{text.dismiss}</Button>
      </div>
      {failure !== null && !isGone && <FailureNotice failure={failure} onRetry={showAgain} />}
      {secret !== null && <RevealDialog secret={secret} onConfirm={() => confirm(() => proceed(secret))} />}
    </section>
  );
}

/** Returns where the user continues after storing a secret. */
function findPlace({ kind }: SecretRequest, { key }: NewSecret): Route {
  if (key === null) return { screen: "pipelines" };
  return kind === "rotate" ? { screen: "key", keyId: key.id } : { screen: "keys" };
}
