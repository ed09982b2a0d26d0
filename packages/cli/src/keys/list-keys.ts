import type { ApiKey } from "@briksync/sdk";
import type { Context } from "../context.ts";
import { CliError } from "../errors/cli-error.ts";
import { type ExitCode, exitCodes } from "../errors/exit-codes.ts";
import { type ListView, type ListViewOptions, readListView, selectRows } from "../terminal/list-view.ts";
import { createTimeColumn, type ListColumn, type ListLayout, printList } from "../terminal/print-list.ts";
import { summarizeAllowlist } from "./describe-key.ts";
import { reportScope } from "./notices.ts";

/** Filters for keys. A key must match all of them. Durations are in seconds. */
export interface KeyFilter {
  /** The key was not used for this long, or since it was created. */
  readonly unusedFor?: number;
  /** The secret is at least this old, since the creation or last rotation of the key. */
  readonly olderThan?: number;
  /** The key has no allowlist, so every address can use it. */
  readonly unrestricted?: boolean;
}

/** The options of `briksync keys list`. */
export interface ListOptions extends ListViewOptions, KeyFilter {
  readonly status: "active" | "revoked" | "all";
  readonly exitCode?: boolean;
}

/**
 * Runs `briksync keys list`. Reads all pages, unless `--limit` needs only the first ones. With `--exit-code`, returns
 * 10 if any key is listed.
 */
export async function listKeys(context: Context, options: ListOptions): Promise<ExitCode | undefined> {
  const { status } = options;
  const view = readListView(options, createKeyListLayout({ status, empty: "" }).columns);
  const client = await context.client();
  const all: ApiKey[] = [];
  const input = status === "all" ? {} : { status };
  const isWhole = needsWholeList(options, view);
  for await (const key of client.keys.list(input, { signal: context.signal })) {
    all.push(key);
    // One more than the limit shows whether there are more.
    if (!isWhole && all.length > (view.limit ?? 0)) break;
  }
  const keys = filterKeys(all, options, context.now());
  const server = (await context.settings()).server.value;
  const layout = createKeyListLayout({ status, empty: explainEmptiness(all.length, status), server });
  const { rows, total } = selectRows(keys, layout, view);
  await printList(context, rows, layout, {
    fields: view.fields,
    total: !isWhole && all.length > rows.length ? null : total,
  });
  await reportScope(context);
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

/** The status of the listed keys, which decides the columns, and the text for an empty list. */
export interface KeyListTraits {
  readonly status: "active" | "revoked" | "all";
  readonly empty: string;
  /** The URL of the server, for links to the page of each key. */
  readonly server?: string;
}

/**
 * Returns the layout of the key list. CSV always has all columns in the same order. JSON contains the keys as the
 * server returned them.
 */
export function createKeyListLayout({ status, empty, server }: KeyListTraits): ListLayout<ApiKey> {
  const columns: ListColumn<ApiKey>[] = [
    {
      header: "NAME",
      field: "name",
      widthMin: 20,
      isSearched: true,
      ...(server !== undefined && { link: (key: ApiKey) => `${server}/settings/api-access/${key.id}` }),
    },
    { header: "CLIENT ID", field: "clientId", isSearched: true },
    {
      header: "STATUS",
      field: "status",
      isCsvOnly: status !== "all",
      style: (key, { dim }) => (key.status === "active" ? undefined : dim),
    },
    createTimeColumn("LAST USED", "lastUsedAt"),
    { header: "FROM", field: "lastUsedIp", dropOrder: 3, isSearched: true },
    {
      header: "ALLOWED FROM",
      field: "ipAllowlist",
      value: (key) => key.ipAllowlist?.map((entry) => entry.cidr).join(" "),
      show: (key, now) => summarizeAllowlist(key.ipAllowlist, now),
      dropOrder: 1,
      isSearched: true,
      style: (key, { yellow }) => (key.status === "active" && key.ipAllowlist?.length === 0 ? yellow : undefined),
    },
    createTimeColumn("CREATED", "createdOn", { dropOrder: 2 }),
    { header: "ROTATED", field: "rotatedOn", isCsvOnly: true },
    createTimeColumn("REVOKED", "revokedOn", { isCsvOnly: status !== "revoked" }),
    { header: "ID", field: "id", isCsvOnly: true, isSearched: true },
  ];
  return { columns, empty, nouns: ["key", "keys"], id: (key) => key.id };
}

/**
 * Returns the keys that match the filter. Throws FEATURE_UNAVAILABLE if the server does not return allowlists, because
 * omitting such keys would hide a problem.
 */
export function filterKeys(keys: readonly ApiKey[], filter: KeyFilter, now: Date): readonly ApiKey[] {
  const { unusedFor, olderThan, unrestricted } = filter;
  return keys.filter((key) => {
    if (unusedFor !== undefined && !isBefore(key.lastUsedAt ?? key.createdOn, unusedFor, now)) return false;
    if (olderThan !== undefined && !isBefore(key.rotatedOn ?? key.createdOn, olderThan, now)) return false;
    return unrestricted !== true || isOpen(key);
  });
}

function isBefore(time: string, secondsAgo: number, now: Date): boolean {
  return Date.parse(time) <= now.getTime() - secondsAgo * 1000;
}

function isOpen(key: ApiKey): boolean {
  if (key.ipAllowlist !== undefined) return key.ipAllowlist.length === 0;
  throw new CliError("FEATURE_UNAVAILABLE", "This server does not provide the IP allowlists of keys.", {
    hint: "Omit --unrestricted.",
  });
}
