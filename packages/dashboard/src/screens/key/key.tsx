import { messages } from "../../messages.ts";
import { Heading } from "../../ui/heading.tsx";

/** One key: its name, secrets, IP restrictions and activity. */
export function KeyScreen(_props: { readonly keyId: string }) {
  return <Heading>{messages.titles.key}</Heading>;
}
