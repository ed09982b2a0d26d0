import type { ApiKey } from "@briksync/sdk";
import type { ListColumn, ListLayout } from "../terminal/print-list.ts";
import { formatRelativeTime } from "../text/relative-time.ts";
import { summarizeAllowlist } from "./describe-key.ts";

/** The status of the listed keys, which decides the columns, and the text for an empty list. */
export interface KeyListTraits {
  readonly status: "active" | "revoked" | "all";
  readonly empty: string;
}

/**
 * Returns the layout of the key list. CSV always has all columns in the same order. JSON contains the keys as the
 * server returned them.
 */
export function layOutKeys({ status, empty }: KeyListTraits): ListLayout<ApiKey> {
  const columns: ListColumn<ApiKey>[] = [
    { header: "NAME", field: "name", value: (key) => key.name, widthMin: 20 },
    { header: "CLIENT ID", field: "clientId", value: (key) => key.clientId },
    {
      header: "STATUS",
      field: "status",
      value: (key) => key.status,
      isCsvOnly: status !== "all",
      style: (key, { dim }) => (key.status === "active" ? undefined : dim),
    },
    {
      header: "LAST USED",
      field: "lastUsedAt",
      value: (key) => key.lastUsedAt,
      show: (key, now) => formatRelativeTime(key.lastUsedAt, now),
    },
    { header: "FROM", field: "lastUsedIp", value: (key) => key.lastUsedIp, dropOrder: 3 },
    {
      header: "ALLOWED FROM",
      field: "ipAllowlist",
      value: (key) => key.ipAllowlist?.map((entry) => entry.cidr).join(" "),
      show: (key, now) => summarizeAllowlist(key.ipAllowlist, now),
      dropOrder: 1,
      style: (key, { yellow }) => (key.status === "active" && key.ipAllowlist?.length === 0 ? yellow : undefined),
    },
    {
      header: "CREATED",
      field: "createdOn",
      value: (key) => key.createdOn,
      show: (key, now) => formatRelativeTime(key.createdOn, now),
      dropOrder: 2,
    },
    { header: "ROTATED", field: "rotatedOn", value: (key) => key.rotatedOn, isCsvOnly: true },
    {
      header: "REVOKED",
      field: "revokedOn",
      value: (key) => key.revokedOn,
      show: (key, now) => formatRelativeTime(key.revokedOn, now),
      isCsvOnly: status !== "revoked",
    },
    { header: "ID", field: "id", value: (key) => key.id, isCsvOnly: true },
  ];
  return { columns, empty, id: (key) => key.id };
}
