import type { LiveSecret } from "@briksync/sdk";
import { describeEnd } from "../secrets/describe-secrets.ts";
import type { ListLayout } from "../terminal/print-list.ts";
import { formatRelativeTime } from "../text/relative-time.ts";

/** The layout of the secrets of a key. CSV has all columns. JSON contains the secrets as the server returned them. */
export const secretListLayout: ListLayout<LiveSecret> = {
  columns: [
    {
      header: "STATE",
      field: "state",
      value: ({ state }) => state,
      style: ({ state }, { yellow, dim }) => (state === "pending" ? yellow : state === "retiring" ? dim : undefined),
    },
    { header: "ROTATION", field: "id", value: ({ id }) => id },
    {
      header: "CREATED",
      field: "createdOn",
      value: ({ createdOn }) => createdOn,
      show: ({ createdOn }, now) => formatRelativeTime(createdOn, now),
      dropOrder: 3,
    },
    { header: "BY", field: "createdBy", value: ({ createdBy }) => createdBy, dropOrder: 4 },
    { header: "FIRST USED", field: "firstUsedOn", value: ({ firstUsedOn }) => firstUsedOn, isCsvOnly: true },
    {
      header: "LAST USED",
      field: "lastUsedAt",
      value: ({ lastUsedAt }) => lastUsedAt,
      show: ({ lastUsedAt }, now) => formatRelativeTime(lastUsedAt, now),
    },
    { header: "FROM", field: "lastUsedIp", value: ({ lastUsedIp }) => lastUsedIp, dropOrder: 2 },
    {
      header: "EXPIRES",
      field: "expiresOn",
      value: ({ expiresOn }) => expiresOn,
      show: (secret, now) => describeEnd(secret, now)?.replace(/^expires /, "") ?? "",
      dropOrder: 1,
    },
    {
      header: "LEASE",
      field: "leaseExpiresOn",
      value: ({ leaseExpiresOn }) => leaseExpiresOn,
      isCsvOnly: true,
    },
  ],
  empty: "This key has no secret that works.",
  id: ({ id }) => id,
};
