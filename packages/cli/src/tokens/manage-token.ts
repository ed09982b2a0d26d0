import type { AutomationToken } from "@briksync/sdk";
import type { Context } from "../context.ts";
import { checkConsentPossible, confirmOrStop } from "../terminal/confirm.ts";
import { createTimeColumn, type ListLayout, printList } from "../terminal/print-list.ts";
import { printRecord, showField as show } from "../terminal/print-record.ts";
import { sanitizeText } from "../text/sanitize.ts";
import { formatRelativeTime } from "../text/time.ts";
import { findNamed } from "../trusts/find-trust.ts";
import { creatorColumn, keysColumn, nameKeys } from "../trusts/manage-trust.ts";

/** Returns the automation token with this ID or unique name. Throws AMBIGUOUS or NOT_FOUND. */
export async function findToken(context: Context, text: string): Promise<AutomationToken> {
  const { signal } = context;
  const { tokens } = await context.client();
  return findNamed(text, {
    one: "active automation token",
    listCommand: "briksync tokens list",
    get: (id) => tokens.get(id, { signal }),
    list: async () => (await tokens.list({ signal })).filter(({ revokedOn }) => revokedOn === null),
  });
}

/** Runs `briksync tokens list`. */
export async function listTokens(context: Context): Promise<void> {
  const client = await context.client();
  await printList(context, await client.tokens.list({ signal: context.signal }), tokenListLayout);
}

/** Runs `briksync tokens show`. */
export async function showToken(context: Context, text: string): Promise<void> {
  await printToken(context, await findToken(context, text));
}

/** Runs `briksync tokens revoke`. */
export async function revokeToken(context: Context, text: string): Promise<void> {
  checkConsentPossible(context, "the automation token would stop working.");
  const client = await context.client();
  const { id, name } = await findToken(context, text);
  await confirmOrStop(context, `Revoke "${sanitizeText(name)}" permanently?`);
  const token = await client.tokens.revoke(id, { signal: context.signal });
  context.io.writeDone(`Revoked "${sanitizeText(name)}". The server refuses it from now on.`);
  if ((await context.output()) !== "table") await printList(context, [token], tokenListLayout);
}

/** Returns "active", "expired" or "revoked". */
export function readTokenStatus({ revokedOn, expiresAt }: AutomationToken, now: Date): string {
  if (revokedOn !== null) return "revoked";
  return Date.parse(expiresAt) > now.getTime() ? "active" : "expired";
}

/** The layout of the list of automation tokens. */
const tokenListLayout: ListLayout<AutomationToken> = {
  empty: "There are no automation tokens. To create one, run: briksync tokens create --help",
  nouns: ["token", "tokens"],
  id: ({ id }) => id,
  columns: [
    { header: "NAME", field: "name", widthMin: 16 },
    {
      header: "STATUS",
      field: "status",
      value: ({ revokedOn }) => (revokedOn === null ? "active" : "revoked"),
      show: readTokenStatus,
      style: ({ revokedOn }, { dim }) => (revokedOn === null ? undefined : dim),
    },
    keysColumn,
    createTimeColumn("EXPIRES", "expiresAt"),
    createTimeColumn("LAST USED", "lastUsedAt"),
    { header: "FROM", field: "lastUsedIp", dropOrder: 2 },
    { ...creatorColumn, dropOrder: 1 },
    createTimeColumn("CREATED", "createdOn", { isCsvOnly: true }),
    { header: "ID", field: "id" },
  ],
};

/** Prints one automation token, without its secret. */
export async function printToken(context: Context, token: AutomationToken, json: object = {}): Promise<void> {
  if ((await context.output()) === "csv") return printList(context, [token], tokenListLayout);
  const now = context.now();
  const isTable = (await context.output()) === "table";
  const keys = isTable ? await nameKeys(context, token.keyIds) : [];
  const { id, name, may, fromCidrs, createdOn, createdBy, expiresAt, revokedOn, lastUsedAt, lastUsedIp } = token;
  await printRecord(context, {
    id,
    json: { ...token, ...json },
    fields: [
      show("Name", "name", name),
      show("ID", "id", id),
      show("Status", "status", revokedOn === null ? readTokenStatus(token, now) : `revoked ${revokedOn}`),
      show("May", "may", may.join(", ")),
      show("Keys", "keyIds", keys),
      show("Allowed from", "fromCidrs", fromCidrs.length === 0 ? "any address" : fromCidrs),
      show("Created", "createdOn", `${createdOn} by ${createdBy.email}${createdBy.hasLeft ? ", who has left" : ""}`),
      show("Expires", "expiresAt", `${expiresAt} (${formatRelativeTime(expiresAt, now)})`),
      show(
        "Last used",
        "lastUsedAt",
        lastUsedAt === null ? "never" : `${lastUsedAt} (${formatRelativeTime(lastUsedAt, now)}) from ${lastUsedIp}`,
      ),
      ...(token.pendingSince === null || revokedOn !== null
        ? []
        : [show("New token", "pendingSince", `not used yet, created ${formatRelativeTime(token.pendingSince, now)}`)]),
    ],
  });
}
