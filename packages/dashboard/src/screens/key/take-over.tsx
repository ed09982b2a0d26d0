import { formatRelative } from "../../format.ts";
import { messages } from "../../messages.ts";
import { Consent, type ConsentProps } from "./consent.tsx";

const text = messages.key.lease;

/** Who started a rotation, and when. */
export interface Starter {
  readonly who: string | null | undefined;
  readonly when: string | undefined;
}

/** Names the rotation that holds the key, and asks for a second yes before the user takes over. */
export function TakeOver({ starter, children, ...consent }: ConsentProps & { readonly starter: Starter }) {
  const when = starter.when === undefined ? "" : formatRelative(starter.when, Date.now());
  return (
    <Consent {...consent}>
      <p>{text.holder(starter.who ?? text.somebody, when)}</p>
      <p>{children}</p>
    </Consent>
  );
}
