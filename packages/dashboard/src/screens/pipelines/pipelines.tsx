import { useId } from "preact/hooks";
import { canManageKeys, useApp } from "../../app/context.ts";
import { messages } from "../../messages.ts";
import { pipelineMessages } from "../../pipeline-messages.ts";
import { Heading } from "../../ui/heading.tsx";
import { Loading } from "../../ui/loading.tsx";
import { Notice } from "../../ui/notice.tsx";
import { ScreenFailure } from "../../ui/screen-failure.tsx";
import { TokensSection } from "./tokens-section.tsx";
import { TrustsSection } from "./trusts-section.tsx";
import { usePipelines } from "./use-pipelines.ts";

/**
 * The screen of everything that may act for the company without a person: jobs of CI platforms, and automation tokens.
 */
export function PipelinesScreen() {
  const app = useApp();
  const list = usePipelines();
  const planId = useId();
  const { session, sessionFailure, reloadSession } = app;
  const failure = list.failure ?? sessionFailure;
  const retry = (): void => {
    if (list.failure !== null) list.reload();
    if (sessionFailure !== null) reloadSession();
  };
  const isPlanShort = session !== null && session.plan !== "BUSINESS" && canManageKeys(app) !== false;
  // A request for a new token is stored for the user and company, so it needs the session.
  const planned = { isDisabled: isPlanShort || session === null, "aria-describedby": isPlanShort ? planId : undefined };
  return (
    <>
      <div class="head">
        <div>
          <Heading>{messages.titles.pipelines}</Heading>
          <p class="muted">{pipelineMessages.intro}</p>
        </div>
      </div>
      {isPlanShort && list.value !== null && (
        <Notice tone="info" id={planId} title={pipelineMessages.plan.title}>
          {pipelineMessages.plan.text(session.plan)}
        </Notice>
      )}
      {failure !== null && <ScreenFailure failure={failure} onRetry={retry} />}
      {list.value === null && list.failure === null && <Loading />}
      {/* The sections remain after a failure, so that a new token stays on the screen. */}
      {list.value !== null && (
        <>
          <TrustsSection {...list.value} planned={planned} reload={list.reload} />
          <TokensSection {...list.value} planned={planned} reload={list.reload} />
        </>
      )}
    </>
  );
}
