import type { ApiKey, AuditEvent } from "@briksync/sdk/browser";
import { useLoad } from "../../api/use-load.ts";
import { keyMessages } from "../../key-messages.ts";
import { Link } from "../../ui/link.tsx";
import { LoadState } from "../../ui/load-state.tsx";
import { Section } from "../../ui/section.tsx";
import { AuditTable } from "../audit/audit-table.tsx";

const text = keyMessages.activity;
const shownEvents = 10;

/** The newest events of a key. */
export function ActivitySection({ apiKey }: { readonly apiKey: ApiKey }) {
  const { id, name, status, rotatedOn, ipAllowlist, rotation } = apiKey;
  // Reads again after each change of the key, also by other users.
  const version = JSON.stringify([name, status, rotatedOn, ipAllowlist, rotation?.map((one) => one.id)]);
  const load = useLoad(version, async (sdk, signal) => {
    const events: AuditEvent[] = [];
    for await (const event of sdk.audit.list({ keyId: id, pageSize: 5 * shownEvents }, { signal })) {
      // The page itself renews leases several times a minute.
      if (event.action !== "key.rotation_renewed") events.push(event);
      if (events.length === shownEvents) break;
    }
    return events;
  });
  return (
    <Section title={text.heading}>
      <LoadState {...load} />
      {load.value !== null && <AuditTable label={text.heading} events={load.value} isOfOneKey />}
      <p>
        <Link to={{ screen: "audit", keyId: id }}>{text.all}</Link>
      </p>
    </Section>
  );
}
