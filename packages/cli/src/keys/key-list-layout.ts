import type { ApiKey } from "@briksync/sdk";
import { type ListColumn, type ListLayout, makeTimeColumn } from "../terminal/print-list.ts";
import { summarizeAllowlist } from "./describe-key.ts";

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
export function layOutKeys({ status, empty, server }: KeyListTraits): ListLayout<ApiKey> {
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
    makeTimeColumn("LAST USED", "lastUsedAt"),
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
    makeTimeColumn("CREATED", "createdOn", { dropOrder: 2 }),
    { header: "ROTATED", field: "rotatedOn", isCsvOnly: true },
    makeTimeColumn("REVOKED", "revokedOn", { isCsvOnly: status !== "revoked" }),
    { header: "ID", field: "id", isCsvOnly: true, isSearched: true },
  ];
  return { columns, empty, nouns: ["key", "keys"], id: (key) => key.id };
}
