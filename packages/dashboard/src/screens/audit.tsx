import { messages } from "../messages.ts";
import { Heading } from "../ui/heading.tsx";

/** The audit trail. `keyId` is the key to start with. */
export function AuditScreen(_props: { readonly keyId: string | undefined }) {
  return <Heading>{messages.titles.audit}</Heading>;
}
