import { useEffect, useId, useState } from "preact/hooks";
import { canManageKeys, useApp } from "../../app/context.ts";
import { messages } from "../../messages.ts";
import { Button } from "../../ui/button.tsx";
import { Heading } from "../../ui/heading.tsx";
import { lazy } from "../../ui/lazy.tsx";
import { Loading } from "../../ui/loading.tsx";
import { Notice } from "../../ui/notice.tsx";
import { ScreenFailure } from "../../ui/screen-failure.tsx";
import { KeyBrowser } from "./key-browser.tsx";
import { useKeys } from "./use-keys.ts";

const text = messages.keys;
const GenerateDialog = lazy(async () => (await import("./generate-dialog.tsx")).GenerateDialog);

/** All API keys of the company, and a button to generate one. */
export function KeysScreen() {
  const app = useApp();
  const list = useKeys();
  const [isGenerating, setGenerating] = useState(false);
  const planId = useId();
  const { session, sessionFailure, reloadSession } = app;
  const failure = list.failure ?? sessionFailure;
  // Loads the dialog after the rows.
  useEffect(() => {
    if (list.value !== null) GenerateDialog.preload();
  }, [list.value]);
  const retry = (): void => {
    if (list.failure !== null) list.reload();
    if (sessionFailure !== null) reloadSession();
  };
  const isPlanShort = session !== null && session.plan !== "BUSINESS";
  const mayManage = canManageKeys(app) !== false && list.failure?.kind !== "forbidden";
  const generate = (
    <Button
      tone="primary"
      isDisabled={isPlanShort}
      aria-describedby={isPlanShort ? planId : undefined}
      onClick={() => setGenerating(true)}
    >
      {text.generate}
    </Button>
  );
  return (
    <>
      <div class="head">
        <div>
          <Heading>{text.heading}</Heading>
          <p class="muted">{text.intro}</p>
        </div>
        {mayManage && list.failure?.kind !== "password-change" && generate}
      </div>
      {isPlanShort && mayManage && (
        <Notice tone="info" id={planId} title={messages.plan.title}>
          {messages.plan.text(session.plan)}
        </Notice>
      )}
      {failure !== null && <ScreenFailure failure={failure} onRetry={retry} />}
      {list.value === null && list.failure === null && <Loading />}
      {list.value?.length === 0 && <p class="empty">{text.empty}</p>}
      {list.value !== null && list.value.length > 0 && mayManage && (
        <KeyBrowser keys={list.value} isPartial={list.isPartial} />
      )}
      {isGenerating && <GenerateDialog onChange={list.reload} onClose={() => setGenerating(false)} />}
    </>
  );
}
