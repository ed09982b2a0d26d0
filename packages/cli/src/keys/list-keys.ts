import type { ApiKey } from "@briksync/sdk";
import type { Context } from "../context.ts";
import { type ExitCode, exitCodes } from "../errors/exit-codes.ts";
import { printList } from "../terminal/print-list.ts";
import { filterKeys, type KeyFilter } from "./filter-keys.ts";
import { layOutKeys } from "./key-list-layout.ts";
import { mentionScope } from "./mention-scope.ts";

/** The options of `briksync keys list`. Durations are in seconds. */
export interface ListOptions {
  readonly status: "active" | "revoked" | "all";
  readonly unusedFor?: number;
  readonly olderThan?: number;
  readonly unrestricted?: boolean;
  readonly exitCode?: boolean;
}

/** Runs `briksync keys list`. Reads all pages. With `--exit-code`, returns 10 if any key is listed. */
export async function listKeys(context: Context, options: ListOptions): Promise<ExitCode | undefined> {
  const { status } = options;
  const client = await context.client();
  const all: ApiKey[] = [];
  const input = status === "all" ? {} : { status };
  for await (const key of client.keys.list(input, { signal: context.signal })) all.push(key);
  const filter: KeyFilter = {
    unusedForSeconds: options.unusedFor,
    olderThanSeconds: options.olderThan,
    isUnrestricted: options.unrestricted,
  };
  const keys = filterKeys(all, filter, context.now());
  await printList(context, keys, layOutKeys({ status, empty: explainEmptiness(all.length, status) }));
  await mentionScope(context);
  return options.exitCode === true && keys.length > 0 ? exitCodes.findings : undefined;
}

function explainEmptiness(listed: number, status: ListOptions["status"]): string {
  const kind = status === "all" ? "" : `${status} `;
  if (listed > 0) return `None of the ${listed} ${kind}keys match.`;
  return `There are no ${kind}keys.${status === "revoked" ? "" : " To create one, run: briksync keys create NAME"}`;
}
