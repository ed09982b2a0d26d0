import type { ComponentChildren } from "preact";
import { Notice, type NoticeProps } from "../../ui/notice.tsx";

/** Properties of `Consent`. */
export interface ConsentProps extends Pick<NoticeProps, "action"> {
  /** What the user agrees to. */
  readonly label: string;
  readonly isGiven: boolean;
  readonly onChange: (isGiven: boolean) => void;
  readonly children: ComponentChildren;
}

/** A warning that needs a second yes. A checkbox, so that a double click on the first button does not give it. */
export function Consent({ label, isGiven, onChange, children, action }: ConsentProps) {
  return (
    <Notice tone="warning" action={action}>
      {children}
      <label class="check">
        <input type="checkbox" checked={isGiven} onInput={(event) => onChange(event.currentTarget.checked)} />
        {label}
      </label>
    </Notice>
  );
}
