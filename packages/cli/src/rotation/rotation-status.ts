import type { LiveSecret } from "@briksync/sdk";
import type { Context } from "../context.ts";
import { findKey } from "../keys/find-key.ts";
import { printList } from "../terminal/print-list.ts";
import { sanitizeText } from "../text/sanitize.ts";
import { takeOutOwnChecks } from "./own-checks.ts";
import { secretListLayout } from "./secret-list-layout.ts";

/** Runs `briksync keys rotate <key> --status`: lists the secrets that work, with their last use. */
export async function printRotationStatus(context: Context, text: string): Promise<void> {
  const { signal } = context;
  const client = await context.client();
  const key = await findKey(client, text, signal);
  const secrets = await takeOutOwnChecks(context, client, key, await client.keys.rotations.list(key.id, { signal }));
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
