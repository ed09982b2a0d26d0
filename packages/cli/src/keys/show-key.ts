import type { ApiKey, LiveSecret } from "@briksync/sdk";
import type { Context } from "../context.ts";
import { describeLastUse, describeSecrets, findOtherSecrets } from "../secrets/describe-secrets.ts";
import { printList } from "../terminal/print-list.ts";
import { printRecord, showField as show } from "../terminal/print-record.ts";
import { describeAllowlist, describeTime } from "./describe-key.ts";
import { findKey } from "./find-key.ts";
import { createKeyListLayout } from "./list-keys.ts";

/** Runs `briksync keys show`. */
export async function showKey(context: Context, text: string): Promise<void> {
  const key = await findKey(context, text);
  const isTable = (await context.output()) === "table";
  await printKey(context, key, isTable ? await findOtherSecrets(context, key) : []);
}

/**
 * Prints one key. For people, it shows exact and relative times, and all secrets if there are several. For programs, it
 * prints the same as `keys list`.
 */
export async function printKey(context: Context, key: ApiKey, secrets: readonly LiveSecret[] = []): Promise<void> {
  const output = await context.output();
  if (output === "csv") return printList(context, [key], createKeyListLayout({ status: "all", empty: "" }));
  const now = context.now();
  await printRecord(context, {
    json: key,
    id: key.id,
    fields: [
      show("Name", "name", key.name),
      show("Status", "status", key.status),
      show("Client ID", "clientId", key.clientId),
      show("ID", "id", key.id),
      show("Created", "createdOn", describeTime(key.createdOn, now)),
      ...(key.rotatedOn ? [show("Rotated", "rotatedOn", describeTime(key.rotatedOn, now))] : []),
      ...(key.revokedOn ? [show("Revoked", "revokedOn", describeTime(key.revokedOn, now))] : []),
      show("Last used", "lastUsedAt", key.lastUsedAt ? `${key.lastUsedAt} (${describeLastUse(key, now)})` : "never"),
      show("Allowed from", "ipAllowlist", describeAllowlist(key.ipAllowlist, now)),
      ...(secrets.length > 1 ? [show("Secrets", "secrets", describeSecrets(secrets, now))] : []),
    ],
  });
}
