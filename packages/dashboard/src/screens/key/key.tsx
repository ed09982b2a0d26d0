import type { ApiKey } from "@briksync/sdk/browser";
import { useEffect, useId, useRef, useState } from "preact/hooks";
import { useLoad } from "../../api/use-load.ts";
import { useApp } from "../../app/context.ts";
import { formatDay, formatExact } from "../../format.ts";
import { keyMessages } from "../../key-messages.ts";
import { messages } from "../../messages.ts";
import { Button } from "../../ui/button.tsx";
import { CopyButton } from "../../ui/copy-button.tsx";
import { Heading } from "../../ui/heading.tsx";
import { LastUse } from "../../ui/last-use.tsx";
import { Link } from "../../ui/link.tsx";
import { Loading } from "../../ui/loading.tsx";
import { Notice } from "../../ui/notice.tsx";
import { ScreenFailure } from "../../ui/screen-failure.tsx";
import { useSectionDialog } from "../../ui/section.tsx";
import { useNow } from "../../ui/time.tsx";
import { ActivitySection } from "./activity-section.tsx";
import { IpSection } from "./ip-section.tsx";
import { RenameDialog, RevokeDialog } from "./key-dialogs.tsx";
import { RotateDialog } from "./rotate-dialog.tsx";
import { SecretsSection } from "./secrets-section.tsx";

const text = keyMessages;
const tickMs = 5000;
const refreshMs = 5000;

/** One key: its name, secrets, IP restrictions and activity. */
export function KeyScreen({ keyId }: { readonly keyId: string }) {
  const { session } = useApp();
  const load = useKey(keyId);
  const { value, failure, reload } = load;
  const { open, setOpen, changes, close, done } = useSectionDialog<"rename" | "rotate" | "revoke">(reload);
  const [rotations, setRotations] = useState(0);
  const head = useRef<HTMLDivElement>(null);
  const planId = useId();
  useNow(tickMs);
  useEffect(() => {
    if (changes > 0) head.current?.querySelector("h1")?.focus();
  }, [changes]);
  const isMissing = failure?.kind === "not-found";
  const isHidden = value === null || isMissing || failure?.kind === "forbidden";
  const isActive = value?.key.status === "active";
  const isPlanShort = session !== null && session.plan !== "BUSINESS";
  const replace = (key: ApiKey, message: string): void => {
    if (value !== null) load.replace({ ...value, key });
    done(message);
  };
  return (
    <>
      <Link to={{ screen: "keys" }}>← {text.back}</Link>
      <div class="head" ref={head}>
        <Heading>{isHidden ? messages.titles.key : value.key.name}</Heading>
        {!isHidden && isActive && (
          <div class="row">
            <Button onClick={() => setOpen("rename")}>{text.rename.title}</Button>
            <Button
              isDisabled={isPlanShort || session === null}
              aria-describedby={isPlanShort ? planId : undefined}
              onClick={() => setOpen("rotate")}
            >
              {text.rotate.title}
            </Button>
            <Button onClick={() => setOpen("revoke")}>{text.revoke.title}</Button>
          </div>
        )}
      </div>
      {isMissing && <Notice tone="warning">{text.missing}</Notice>}
      {failure !== null && !isMissing && <ScreenFailure failure={failure} onRetry={reload} />}
      {value === null && failure === null && <Loading />}
      {!isHidden && (
        <>
          {value.key.status === "revoked" && (
            <Notice tone="warning">{text.revoked(formatExact(value.key.revokedOn ?? value.key.createdOn))}</Notice>
          )}
          {isActive && isPlanShort && (
            <Notice tone="info" id={planId} title={messages.plan.title}>
              {messages.plan.text(session.plan)}
            </Notice>
          )}
          <KeyFacts {...value.key} />
          {isActive && <SecretsSection keyId={keyId} secrets={value.secrets} rotations={rotations} onChange={reload} />}
          <IpSection apiKey={value.key} onChange={reload} />
          <ActivitySection apiKey={value.key} />
        </>
      )}
      {/* A failure does not hide this part, so that a new secret stays visible. */}
      {value !== null && open === "rename" && (
        <RenameDialog apiKey={value.key} onDone={(key) => replace(key, text.rename.done)} onClose={close} />
      )}
      {value !== null && open === "rotate" && (
        <RotateDialog
          apiKey={value.key}
          secrets={value.secrets}
          onChange={reload}
          onClose={(isRotated) => {
            close();
            if (isRotated) setRotations((count) => count + 1);
          }}
        />
      )}
      {value !== null && open === "revoke" && (
        <RevokeDialog
          apiKey={value.key}
          secrets={value.secrets}
          onDone={(key) => replace(key, text.revoke.done)}
          onClose={close}
        />
      )}
    </>
  );
}

/** Shows the client ID of a key, when it was created, and its last use. */
function KeyFacts({ clientId, createdOn, lastUsedAt, lastUsedIp }: ApiKey) {
  return (
    <dl class="key-facts">
      <div>
        <dt>{text.clientId}</dt>
        <dd class="id">
          <code>{clientId}</code>
          <CopyButton tone="quiet" text={clientId} what={messages.copy.clientId} />
        </dd>
      </div>
      <div>
        <dt>{text.created}</dt>
        <dd>
          <time dateTime={createdOn}>{formatDay(createdOn)}</time>
        </dd>
      </div>
      <div>
        <dt>{text.lastUsed}</dt>
        <dd>
          <LastUse lastUsedAt={lastUsedAt} lastUsedIp={lastUsedIp} />
        </dd>
      </div>
    </dl>
  );
}

/** Reads a key every few seconds while the page is visible, so that changes by other users appear. */
function useKey(keyId: string) {
  const load = useLoad(keyId, async (sdk, signal) => {
    const [key, secrets] = await Promise.all([
      sdk.keys.get(keyId, { signal }),
      sdk.keys.rotations.list(keyId, { signal }),
    ]);
    return { key, secrets };
  });
  const { isLoading, failure, reload } = load;
  // Other failures are permanent, or have a countdown to the next attempt.
  const mayRefresh = failure === null || failure.kind === "unreachable" || failure.kind === "unexpected";
  useEffect(() => {
    if (isLoading || !mayRefresh) return undefined;
    const refresh = (): void => {
      if (!document.hidden) reload();
    };
    const timer = setTimeout(refresh, refreshMs);
    document.addEventListener("visibilitychange", refresh);
    return () => {
      clearTimeout(timer);
      document.removeEventListener("visibilitychange", refresh);
    };
  }, [isLoading, mayRefresh, reload]);
  return load;
}
