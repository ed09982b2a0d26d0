import { useEffect, useState } from "preact/hooks";
import type { Failure } from "../api/failure.ts";
import { useApp } from "../app/context.ts";
import { formatSeconds } from "../format.ts";
import { messages } from "../messages.ts";
import { Notice, type NoticeProps } from "./notice.tsx";

const tones: Partial<Record<Failure["kind"], NoticeProps["tone"]>> = {
  "session-over": "warning",
  "unknown-outcome": "warning",
  plan: "info",
  forbidden: "info",
};

interface FailureNoticeProps {
  readonly failure: Failure;
  /** Runs the call again. After an unknown outcome, it must check or repeat safely. */
  readonly onRetry?: (() => void) | undefined;
  /** Runs the call again as soon as the countdown ends. For calls that change nothing. */
  readonly retriesByItself?: boolean;
  /** Paths of the refused values that a field already shows. */
  readonly shownPaths?: readonly string[];
}

/** Says why a call failed, and what the user can do. Shows refused values only if no field shows them. */
export function FailureNotice({ failure, onRetry, retriesByItself = false, shownPaths = [] }: FailureNoticeProps) {
  const { signInAgain } = useApp();
  const { kind, message } = failure;
  const retry = (label: string) => (onRetry === undefined ? undefined : { label, onClick: onRetry });
  if (kind === "fields") {
    const others = Object.entries(failure.fields).filter(([path]) => !shownPaths.includes(path));
    if (others.length === 0) return null;
    return (
      <Notice tone="danger">
        {others.map(([path, text]) => (
          <p key={path}>{text}</p>
        ))}
      </Notice>
    );
  }
  if (kind === "wait") {
    const isAutomatic = retriesByItself && onRetry !== undefined;
    return (
      <Notice tone="warning" action={retry(messages.retry)}>
        {message} {isAutomatic ? messages.retriesIn : messages.waitFor}{" "}
        <Countdown key={failure} seconds={failure.seconds} onEnd={() => isAutomatic && onRetry()} />.
      </Notice>
    );
  }
  const actions: Partial<Record<typeof kind, NoticeProps["action"]>> = {
    "session-over": { label: messages.sessionOver.action, onClick: signInAgain },
    "unknown-outcome": retry(messages.checkAgain),
    unreachable: retry(messages.retry),
    unexpected: retry(messages.retry),
    busy: retry(messages.retry),
  };
  return (
    <Notice tone={tones[kind] ?? "danger"} action={actions[kind]}>
      {message}
    </Notice>
  );
}

/** Counts seconds down and then calls `onEnd`. Screen readers read it when they get there, not every second. */
function Countdown({ seconds, onEnd }: { readonly seconds: number; readonly onEnd: () => void }) {
  const [endMs] = useState(() => Date.now() + seconds * 1000);
  const [left, setLeft] = useState(seconds);
  useEffect(() => {
    const timer = setInterval(() => {
      const next = Math.max(0, Math.ceil((endMs - Date.now()) / 1000));
      setLeft(next);
      if (next > 0) return;
      clearInterval(timer);
      onEnd();
    }, 250);
    return () => clearInterval(timer);
  }, [endMs]);
  return (
    <span role="timer" aria-live="off">
      {formatSeconds(left)}
    </span>
  );
}
