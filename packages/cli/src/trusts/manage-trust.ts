import type { TrustLogEntry } from "@briksync/sdk";
import type { Context } from "../context.ts";
import { checkConsentPossible, confirmOrStop } from "../terminal/confirm.ts";
import { type ListLayout, makeTimeColumn, printList } from "../terminal/print-list.ts";
import { sanitizeText } from "../text/sanitize.ts";
import { findTrust } from "./find-trust.ts";
import { printTrust, trustListLayout } from "./trust-layout.ts";

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
    makeTimeColumn("WHEN", "on"),
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
  const entries: TrustLogEntry[] = [];
  const filter = { limit: limit + 1, pageSize: Math.min(1000, limit + 1), ...(refused === true && { refused }) };
  for await (const entry of client.trusts.log(id, filter, { signal: context.signal })) entries.push(entry);
  await printList(context, entries.slice(0, limit), logLayout);
  if (entries.length <= limit || (await context.output()) !== "table") return;
  context.io.writeStatus(`Only the newest ${limit} entries are listed. To list more, pass --limit ${limit * 10}.`);
}
