import type { RotationHolder } from "@briksync/sdk/browser";
import { formatRelative } from "../../format.ts";
import { keyMessages } from "../../key-messages.ts";
import { Notice, type NoticeProps } from "../../ui/notice.tsx";

const text = keyMessages.lease;

interface ConsentProps extends Pick<NoticeProps, "action" | "children"> {
  /** The consequence to which the user agrees. */
  readonly label: string;
  readonly isGiven: boolean;
  readonly onChange: (isGiven: boolean) => void;
}

/**
 * A warning that needs a separate confirmation. It is a checkbox, so that a double click on the first button does not
 * confirm it.
 */
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

interface TakeOverProps extends ConsentProps {
  readonly who: string | null | undefined;
  readonly since: string | undefined;
}

/** Names the rotation that holds the key, and asks for a separate confirmation before the user takes over. */
export function TakeOver({ who, since, children, ...consent }: TakeOverProps) {
  const when = since === undefined ? "" : formatRelative(since, Date.now());
  return (
    <Consent {...consent}>
      <p>{text.holder(who ?? text.unknownHolder, when)}</p>
      <p>{children}</p>
    </Consent>
  );
}

/** Asks for a separate confirmation before the user takes the lease from the rotation that holds it. */
export function TakeOverLease({
  holder,
  ...consent
}: { readonly holder: RotationHolder } & Pick<ConsentProps, "isGiven" | "onChange">) {
  return (
    <TakeOver {...consent} who={holder.startedBy} since={holder.startedOn} label={text.takeOver}>
      {text.running}
    </TakeOver>
  );
}
