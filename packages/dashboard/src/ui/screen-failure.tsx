import type { Failure } from "../api/failure.ts";
import { useApp } from "../app/context.ts";
import { messages } from "../messages.ts";
import { FailureNotice } from "./failure-notice.tsx";
import { Notice } from "./notice.tsx";

/** Says why a screen cannot show its content, and what the user can do. Reads again by itself after a countdown. */
export function ScreenFailure({ failure, onRetry }: { readonly failure: Failure; readonly onRetry: () => void }) {
  const { router, account } = useApp();
  // The page says this above all screens.
  if (failure.kind === "session-over" || failure.kind === "account-changed") return null;
  if (failure.kind === "forbidden") {
    return (
      <Notice tone="info" title={messages.member.title}>
        {messages.member.text}
      </Notice>
    );
  }
  if (failure.kind === "password-change") {
    const { title, text, action } = messages.passwordChange;
    const toAccount = { label: action, onClick: () => router.go({ screen: "account" }) };
    return (
      <Notice tone="warning" title={title} action={account === null ? undefined : toAccount}>
        {text}
      </Notice>
    );
  }
  return <FailureNotice failure={failure} onRetry={onRetry} retriesByItself />;
}
