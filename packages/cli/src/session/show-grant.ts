import type { BrikSync, CallOptions, Grant } from "@briksync/sdk";
import type { Context } from "../context.ts";
import { printRecord } from "../terminal/print-record.ts";
import { formatRelativeTime } from "../text/relative-time.ts";
import type { Credential } from "./credential.ts";

/** Returns what a token may do, with the names of its keys. */
export async function readGrant(
  client: Pick<BrikSync, "auth" | "keys">,
  options: CallOptions,
): Promise<{ readonly grant: Grant; readonly keyNames: readonly string[] }> {
  const grant = await client.auth.getGrant(options);
  const keyNames: string[] = [];
  for await (const key of client.keys.list({}, options)) keyNames.push(key.name);
  return { grant, keyNames };
}

/** Runs `briksync whoami` for a job or an automation token: which trust or token, which keys, and until when. */
export async function showGrant(
  context: Context,
  client: Pick<BrikSync, "auth" | "keys">,
  credential: Credential,
): Promise<void> {
  const { grant, keyNames } = await readGrant(client, { signal: context.signal });
  const { server, profile } = await context.settings();
  const { kind, id, name, may, company, expiresAt, run } = grant;
  const origin = credential.kind === "trust" || credential.kind === "token" ? credential.name : null;
  const isTrust = kind === "trust";
  const isExchanged = credential.kind === "trust";
  const end = `${formatRelativeTime(expiresAt, context.now())}${isExchanged ? ", then renewed automatically" : ""}`;
  const show = (label: string, field: string, value: string) => ({ label, field, value });
  await printRecord(context, {
    id,
    json: {
      server: server.value,
      profile: profile.value,
      ...grant,
      keyNames,
      token: { source: "environment", name: origin },
    },
    fields: [
      { ...show("Server", "server", server.value), show: `${server.value} (${server.name})` },
      show(isTrust ? "Trust" : "Automation token", "name", name),
      show("ID", "id", id),
      show("Company", "company", company.name),
      show("Plan", "plan", company.plan),
      show("May", "may", may.join(" ")),
      { ...show("Keys", "keys", keyNames.join(" ")), show: keyNames.length === 0 ? "none" : keyNames },
      ...(run === null ? [] : [show("Run", "run", `${run.repository} ${run.workflow} ${run.runId}`)]),
      {
        ...show("Token", "tokenSource", origin ?? ""),
        show: isExchanged ? "exchanged for the token of the CI platform, not stored" : `from ${origin}, not stored`,
      },
      { ...show("Valid until", "expiresAt", expiresAt), show: `${expiresAt} (${end})` },
    ],
  });
}
