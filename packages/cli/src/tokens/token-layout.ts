import type { AutomationToken } from "@briksync/sdk";
import { type ListLayout, makeTimeColumn } from "../terminal/print-list.ts";
import { creatorColumn, keysColumn } from "../trusts/trust-layout.ts";

/** Returns "active", "expired" or "revoked". */
export function readTokenStatus({ revokedOn, expiresAt }: AutomationToken, now: Date): string {
  if (revokedOn !== null) return "revoked";
  return Date.parse(expiresAt) > now.getTime() ? "active" : "expired";
}

/** The layout of the list of automation tokens. */
export const tokenListLayout: ListLayout<AutomationToken> = {
  empty: "There are no automation tokens. To create one, run: briksync tokens create --help",
  nouns: ["token", "tokens"],
  id: ({ id }) => id,
  columns: [
    { header: "NAME", field: "name", value: ({ name }) => name, widthMin: 16 },
    {
      header: "STATUS",
      field: "status",
      value: ({ revokedOn }) => (revokedOn === null ? "active" : "revoked"),
      show: readTokenStatus,
      style: ({ revokedOn }, { dim }) => (revokedOn === null ? undefined : dim),
    },
    keysColumn,
    makeTimeColumn("EXPIRES", "expiresAt"),
    makeTimeColumn("LAST USED", "lastUsedAt"),
    { header: "FROM", field: "lastUsedIp", value: ({ lastUsedIp }) => lastUsedIp, dropOrder: 2 },
    { ...creatorColumn, dropOrder: 1 },
    makeTimeColumn("CREATED", "createdOn", { isCsvOnly: true }),
    { header: "ID", field: "id", value: ({ id }) => id },
  ],
};
