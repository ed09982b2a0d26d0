import type { ApiKey, Trust } from "@briksync/sdk";
import type { Context } from "../context.ts";
import { type ListColumn, type ListLayout, makeTimeColumn, printList } from "../terminal/print-list.ts";
import { printRecord, showField as show } from "../terminal/print-record.ts";
import { sanitizeText } from "../text/sanitize.ts";
import { formatDuration, formatRelativeTime } from "../text/time.ts";

/** The column with the number of keys of a trust or an automation token. */
export const keysColumn: ListColumn<Pick<Trust, "keyIds">> = {
  header: "KEYS",
  field: "keyIds",
  value: ({ keyIds }) => keyIds.join(" "),
  show: ({ keyIds }) => String(keyIds.length),
};

/** The column with the creator of a trust or an automation token. */
export const creatorColumn: ListColumn<Pick<Trust, "createdBy">> = {
  header: "CREATED BY",
  field: "createdBy",
  value: ({ createdBy }) => createdBy.email,
  show: ({ createdBy }) => (createdBy.hasLeft ? `${createdBy.email} (has left)` : createdBy.email),
  style: ({ createdBy }, { yellow }) => (createdBy.hasLeft ? yellow : undefined),
};

/** The layout of the list of trusts. */
export const trustListLayout: ListLayout<Trust> = {
  empty: "There are no trusts. To add one, run: briksync trust add github OWNER/REPO --help",
  nouns: ["trust", "trusts"],
  id: ({ id }) => id,
  columns: [
    { header: "NAME", field: "name", widthMin: 16 },
    { header: "PROVIDER", field: "provider" },
    {
      header: "STATUS",
      field: "status",
      value: readStatus,
      style: (trust, { dim }) => (trust.disabledOn === null ? undefined : dim),
    },
    keysColumn,
    {
      header: "LAST RUN",
      field: "lastRunOn",
      value: ({ lastRun }) => lastRun?.on,
      show: ({ lastRun }, now) => formatRelativeTime(lastRun?.on, now),
    },
    {
      header: "WARNINGS",
      field: "warnings",
      value: ({ warnings }) => warnings.map(({ type }) => type).join(" "),
      show: ({ warnings }) => String(warnings.length),
      style: ({ warnings }, { yellow }) => (warnings.length > 0 ? yellow : undefined),
      dropOrder: 1,
    },
    { ...creatorColumn, dropOrder: 2 },
    makeTimeColumn("CREATED", "createdOn", { isCsvOnly: true }),
    { header: "ID", field: "id" },
  ],
};

function readStatus({ disabledOn }: Trust): string {
  return disabledOn === null ? "enabled" : "disabled";
}

/** Prints one trust, and its warnings on stderr. `json` adds fields to the JSON. */
export async function printTrust(context: Context, trust: Trust, json: object = {}): Promise<void> {
  if ((await context.output()) === "csv") return printList(context, [trust], trustListLayout);
  const now = context.now();
  const isTable = (await context.output()) === "table";
  const keys = isTable ? await nameKeys(context, trust.keyIds) : [];
  const { name, id, provider, issuer, claims, may, ttlSeconds, fromCidrs, reuse, createdOn, createdBy, lastRun } =
    trust;
  await printRecord(context, {
    id,
    json: { ...trust, ...json },
    fields: [
      show("Name", "name", name),
      show("ID", "id", id),
      show("Status", "status", readStatus(trust)),
      show("Provider", "provider", `${provider} (${issuer})`),
      show(
        "Claims",
        "claims",
        Object.entries(claims).map(([claim, value]) => `${claim} = ${value}`),
      ),
      show("May", "may", may.join(", ")),
      show("Keys", "keyIds", keys),
      show("Tokens", "ttlSeconds", `work for ${formatDuration(ttlSeconds)}; ${reuse} for each token of the platform`),
      show("Allowed from", "fromCidrs", fromCidrs.length === 0 ? "any address" : fromCidrs),
      show("Created", "createdOn", `${createdOn} by ${createdBy.email}${createdBy.hasLeft ? ", who has left" : ""}`),
      show(
        "Last run",
        "lastRun",
        lastRun === null
          ? "never"
          : `${lastRun.on} (${formatRelativeTime(lastRun.on, now)}), ${lastRun.repository} ${lastRun.workflow} ${lastRun.runId}`,
      ),
    ],
  });
  if (isTable) for (const { message } of trust.warnings) context.io.writeWarning(`${sanitizeText(message)}.`);
}

/** Returns the names of keys. A key that was not found keeps its ID. */
export async function nameKeys({ client, signal }: Context, ids: readonly string[]): Promise<readonly string[]> {
  const names = new Map<string, string>();
  for await (const key of (await client()).keys.list({}, { signal })) names.set(key.id, describeKey(key));
  return ids.map((id) => names.get(id) ?? id);
}

function describeKey({ name, clientId, status }: ApiKey): string {
  return `${name}  ${clientId}${status === "active" ? "" : `  (${status})`}`;
}
