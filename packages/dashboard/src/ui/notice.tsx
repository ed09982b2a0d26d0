import type { ComponentChildren } from "preact";
import { Button } from "./button.tsx";

/** Properties of `Notice`. */
export interface NoticeProps {
  readonly tone: "info" | "warning" | "danger";
  readonly title?: string | undefined;
  readonly id?: string | undefined;
  /** A button at the end. */
  readonly action?: { readonly label: string; readonly onClick: () => void } | undefined;
  readonly children: ComponentChildren;
}

/** A message for the user. Screen readers read out warnings and errors when they appear. */
export function Notice({ tone, title, id, action, children }: NoticeProps) {
  return (
    <div class={`notice ${tone}`} id={id} role={tone === "info" ? undefined : "alert"}>
      <div class="notice-text">
        {title !== undefined && <p class="notice-title">{title}</p>}
        <div>{children}</div>
      </div>
      {action !== undefined && <Button onClick={action.onClick}>{action.label}</Button>}
    </div>
  );
}
