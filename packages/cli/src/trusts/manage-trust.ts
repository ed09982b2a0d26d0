import type { ApiKey, Trust, TrustLogEntry } from "@briksync/sdk";
import type { Context } from "../context.ts";
import { checkConsentPossible, confirmOrStop } from "../terminal/confirm.ts";
import { createTimeColumn, type ListColumn, type ListLayout, printList } from "../terminal/print-list.ts";
import { printRecord, showField as show } from "../terminal/print-record.ts";
import { sanitizeText } from "../text/sanitize.ts";
import { formatDuration, formatRelativeTime } from "../text/time.ts";
import { findTrust } from "./find-trust.ts";

/** Runs `briksync trust list`. */
export async function listTrusts(context: Context): Promise<void> {
  const client = await context.client();
  await printList(context, await client.trusts.list({ signal: context.signal }), trustListLayout);
}

/** Runs `briksync trust show`. */
export async function showTrust(context: Context, text: string): Promise<void> {
  await printTrust(context, await findTrust(context, text));
}

/** Runs `briksync trust disable` and `briksync trust enable`. */
export async function switchTrust(context: Context, text: string, verb: "disable" | "enable"): Promise<void> {
  const client = await context.client();
  const { id } = await findTrust(context, text);
  const trust = await client.trusts[verb](id, { signal: context.signal });
  const outcome = verb === "disable" ? "Its jobs and their tokens are refused." : "Its jobs can sign in again.";
  if ((await context.output()) === "table") {
    context.io.writeDone(`${verb === "disable" ? "Disabled" : "Enabled"} "${sanitizeText(trust.name)}". ${outcome}`);
  } else await printTrust(context, trust);
}

/** Runs `briksync trust remove`. */
export async function removeTrust(context: Context, text: string): Promise<void> {
  checkConsentPossible(context, "the jobs of the trust could no longer sign in.");
  const client = await context.client();
  const trust = await findTrust(context, text);
  await confirmOrStop(context, `Remove "${sanitizeText(trust.name)}"? Its jobs and their tokens are then refused.`);
  await client.trusts.remove(trust.id, { signal: context.signal });
  context.io.writeDone(`Removed "${sanitizeText(trust.name)}". Its jobs and their tokens are refused.`);
  if ((await context.output()) !== "table") await printList(context, [trust], trustListLayout);
}

const logLayout: ListLayout<TrustLogEntry> = {
  empty: "The log has no such entries.",
  nouns: ["entry", "entries"],
  id: ({ id }) => id,
  columns: [
    createTimeColumn("WHEN", "on"),
    {
      header: "OUTCOME",
      field: "outcome",
      style: ({ outcome }, { yellow }) => (outcome === "refused" ? yellow : undefined),
    },
    { header: "WHY", field: "type" },
    { header: "CLAIM", field: "claim" },
    { header: "JOB HAS", field: "has", widthMin: 10 },
    { header: "REPOSITORY", field: "repository", value: ({ run }) => run.repository, widthMin: 10 },
    { header: "WORKFLOW", field: "workflow", value: ({ run }) => run.workflow, dropOrder: 2, widthMin: 10 },
    { header: "RUN", field: "runId", value: ({ run }) => run.runId },
    { header: "FROM", field: "ip", dropOrder: 1 },
  ],
};

/** Runs `briksync trust log`: the newest sign-ins of jobs. */
export async function listTrustLog(
  context: Context,
  text: string,
  { refused, limit }: { readonly refused?: boolean; readonly limit: number },
): Promise<void> {
  const client = await context.client();
  const { id } = await findTrust(context, text);
  const filter = { limit: limit + 1, pageSize: Math.min(1000, limit + 1), ...(refused === true && { refused }) };
  const entries = await Array.fromAsync(client.trusts.log(id, filter, { signal: context.signal }));
  await printList(context, entries.slice(0, limit), logLayout);
  if (entries.length <= limit || (await context.output()) !== "table") return;
  context.io.writeStatus(`Only the newest ${limit} entries are listed. To list more, pass --limit ${limit * 10}.`);
}

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
    createTimeColumn("CREATED", "createdOn", { isCsvOnly: true }),
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
  const keys = await Array.fromAsync((await client()).keys.list({}, { signal }));
  const describe = ({ name, clientId, status }: ApiKey): string =>
    `${name}  ${clientId}${status === "active" ? "" : `  (${status})`}`;
  const names = new Map(keys.map((key) => [key.id, describe(key)]));
  return ids.map((id) => names.get(id) ?? id);
}
