import type { ApiKey } from "@briksync/sdk";
import type { Context } from "../context.ts";
import { type ExitCode, exitCodes } from "../errors/exit-codes.ts";
import { type ListView, type ListViewOptions, readListView, selectRows } from "../terminal/list-view.ts";
import { printList } from "../terminal/print-list.ts";
import { filterKeys, type KeyFilter } from "./filter-keys.ts";
import { layOutKeys } from "./key-list-layout.ts";
import { mentionScope } from "./mentions.ts";

/** The options of `briksync keys list`. Durations are in seconds. */
export interface ListOptions extends ListViewOptions {
  readonly status: "active" | "revoked" | "all";
  readonly unusedFor?: number;
  readonly olderThan?: number;
  readonly unrestricted?: boolean;
  readonly exitCode?: boolean;
}

/**
 * Runs `briksync keys list`. Reads all pages, unless `--limit` needs only the first ones. With `--exit-code`, returns 10 if
 * any key is listed.
 */
export async function listKeys(context: Context, options: ListOptions): Promise<ExitCode | undefined> {
  const { status } = options;
  const view = readListView(options, layOutKeys({ status, empty: "" }).columns);
  const client = await context.client();
  const all: ApiKey[] = [];
  const input = status === "all" ? {} : { status };
  const isWhole = needsWholeList(options, view);
  for await (const key of client.keys.list(input, { signal: context.signal })) {
    all.push(key);
    // One more than the limit shows whether there are more.
    if (!isWhole && all.length > (view.limit ?? 0)) break;
  }
  const filter: KeyFilter = {
    unusedForSeconds: options.unusedFor,
    olderThanSeconds: options.olderThan,
    isUnrestricted: options.unrestricted,
  };
  const keys = filterKeys(all, filter, context.now());
  const server = (await context.settings()).server.value;
  const layout = layOutKeys({ status, empty: explainEmptiness(all.length, status), server });
  const { rows, total } = selectRows(keys, layout, view);
  await printList(context, rows, layout, {
    fields: view.fields,
    total: !isWhole && all.length > rows.length ? null : total,
  });
  await mentionScope(context);
  return options.exitCode === true && rows.length > 0 ? exitCodes.findings : undefined;
}

function needsWholeList(options: ListOptions, { limit, sort, words }: ListView): boolean {
  const { unusedFor, olderThan, unrestricted } = options;
  const isFiltered = unusedFor !== undefined || olderThan !== undefined || unrestricted === true || words.length > 0;
  return limit === undefined || sort !== undefined || isFiltered;
}

function explainEmptiness(listed: number, status: ListOptions["status"]): string {
  const kind = status === "all" ? "" : `${status} `;
  if (listed > 0) return `None of the ${listed} ${kind}keys match.`;
  return `There are no ${kind}keys.${status === "revoked" ? "" : " To create one, run: briksync keys create NAME"}`;
}
