import type { LiveSecret } from "@briksync/sdk";
import type { Context } from "../context.ts";
import { findKey } from "../keys/find-key.ts";
import { describeEnd } from "../secrets/describe-secrets.ts";
import { type ListLayout, makeTimeColumn, printList } from "../terminal/print-list.ts";
import { sanitizeText } from "../text/sanitize.ts";
import { listReportedSecrets } from "./own-checks.ts";

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
    makeTimeColumn("CREATED", "createdOn", { dropOrder: 3 }),
    { header: "BY", field: "createdBy", value: ({ createdBy }) => createdBy, dropOrder: 4 },
    { header: "FIRST USED", field: "firstUsedOn", value: ({ firstUsedOn }) => firstUsedOn, isCsvOnly: true },
    makeTimeColumn("LAST USED", "lastUsedAt"),
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
  nouns: ["secret", "secrets"],
  id: ({ id }) => id,
};

/** Runs `briksync keys rotate <key> --status`: lists the secrets that work, with their last use. */
export async function printRotationStatus(context: Context, text: string): Promise<void> {
  const key = await findKey(context, text);
  const secrets = await listReportedSecrets(context, key);
  await printList(context, secrets, secretListLayout);
  if ((await context.output()) === "table") for (const secret of secrets) tellLease(context, secret);
}

// The lease is printed below the table in short lines, so that it fits every terminal.
function tellLease({ io, now }: Context, { id, leaseExpiresOn }: LiveSecret): void {
  if (leaseExpiresOn === null) return;
  const rotation = sanitizeText(id);
  if (Date.parse(leaseExpiresOn) <= now().getTime()) {
    io.writeStatus(`Rotation ${rotation} held the lease last.`);
    return;
  }
  const until = `${sanitizeText(leaseExpiresOn.slice(11, 19))}Z`;
  const mark = io.statusColors.yellow("!");
  io.writeStatus(`${mark} Rotation ${rotation} holds the lease\n  until ${until}. Its run may have ended.`);
}
