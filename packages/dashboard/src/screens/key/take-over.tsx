import type { RotationHolder } from "@briksync/sdk/browser";
import { formatRelative } from "../../format.ts";
import { keyMessages } from "../../key-messages.ts";
import { Consent, type ConsentProps } from "./consent.tsx";

const text = keyMessages.lease;

/** Properties of `TakeOver`: who started the rotation, and when. */
export interface TakeOverProps extends ConsentProps {
  readonly who: string | null | undefined;
  readonly since: string | undefined;
}

/** Names the rotation that holds the key, and asks for a second yes before the user takes over. */
export function TakeOver({ who, since, children, ...consent }: TakeOverProps) {
  const when = since === undefined ? "" : formatRelative(since, Date.now());
  return (
    <Consent {...consent}>
      <p>{text.holder(who ?? text.somebody, when)}</p>
      <p>{children}</p>
    </Consent>
  );
}

/** Asks for a second yes before the user takes the lease from the rotation that holds it. */
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
