import type { ApiKey, AuditEvent, LiveSecret } from "@briksync/sdk";
import type { Context } from "../context.ts";
import { CliError } from "../errors/cli-error.ts";
import { findKey } from "../keys/find-key.ts";
import { describeEnd, describeSecrets } from "../secrets/describe-secrets.ts";
import { createTimeColumn, type ListLayout, printList } from "../terminal/print-list.ts";
import { quoteArgument } from "../text/quote-argument.ts";
import { sanitizeText } from "../text/sanitize.ts";

/** The layout of the secrets of a key. CSV has all columns. JSON contains the secrets as the server returned them. */
export const secretListLayout: ListLayout<LiveSecret> = {
  columns: [
    {
      header: "STATE",
      field: "state",
      style: ({ state }, { yellow, dim }) => (state === "pending" ? yellow : state === "retiring" ? dim : undefined),
    },
    { header: "ROTATION", field: "id" },
    createTimeColumn("CREATED", "createdOn", { dropOrder: 3 }),
    { header: "BY", field: "createdBy", dropOrder: 4 },
    { header: "FIRST USED", field: "firstUsedOn", isCsvOnly: true },
    createTimeColumn("LAST USED", "lastUsedAt"),
    { header: "FROM", field: "lastUsedIp", dropOrder: 2 },
    {
      header: "EXPIRES",
      field: "expiresOn",
      show: (secret, now) => describeEnd(secret, now)?.replace(/^expires /, "") ?? "",
      dropOrder: 1,
    },
    { header: "LEASE", field: "leaseExpiresOn", isCsvOnly: true },
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
  if ((await context.output()) === "table") for (const secret of secrets) printLease(context, secret);
}

// The lease is printed below the table in short lines, so that it fits every terminal.
function printLease({ io, now }: Context, { id, leaseExpiresOn }: LiveSecret): void {
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

/**
 * A secret in the report. If its only use is the check of the run that delivered it, `checkedOn` is the time of that
 * check.
 */
export interface ReportedSecret extends LiveSecret {
  readonly checkedOn?: string;
}

/** Time in which a run may check its secret. Deliveries come first, and each may take minutes. */
const checkWithinMs = 30 * 60_000;

/** The first and last use of a secret that was used once are the same event, recorded with different precision. */
const sameUseMs = 6000;

/**
 * Returns the secrets of a key that work, without the run's own checks. A run that delivers a secret asks the server
 * whether it accepts the secret, and the server counts that as a use. In the report, it would look as if a destination
 * used the secret. So a delivered pending secret counts as unused if it was used once, soon after its rotation started,
 * and from the address that started it. A destination behind the same address counts from its second use.
 */
export async function listReportedSecrets(context: Context, { id }: ApiKey): Promise<readonly ReportedSecret[]> {
  const { keys } = await context.client();
  const secrets = await keys.rotations.list(id, { signal: context.signal });
  const isAsked = secrets.some((secret) => wasUsedOnce(secret));
  const started = isAsked ? await findStartEvents(context, id) : new Map<string, AuditEvent>();
  return secrets.map((secret) => {
    const start = started.get(secret.id);
    const isCheck = start !== undefined && wasUsedOnce(secret) && isOwnUse(secret, start);
    if (!isCheck || secret.lastUsedAt === null) return secret;
    return { ...secret, lastUsedAt: null, lastUsedIp: null, checkedOn: secret.lastUsedAt };
  });
}

// A secret that was delivered to destinations no longer expires. One that was shown to a user does.
function wasUsedOnce({ state, expiresOn, firstUsedOn, lastUsedAt }: LiveSecret): boolean {
  if (state !== "pending" || expiresOn !== null || firstUsedOn === null || lastUsedAt === null) return false;
  return Math.abs(Date.parse(lastUsedAt) - Date.parse(firstUsedOn)) <= sameUseMs;
}

function isOwnUse({ lastUsedAt, lastUsedIp }: LiveSecret, { createdOn, ip }: AuditEvent): boolean {
  const afterMs = Date.parse(lastUsedAt ?? "") - Date.parse(createdOn);
  return ip !== null && ip === lastUsedIp && afterMs >= 0 && afterMs <= checkWithinMs;
}

// The audit trail contains the address that started each rotation. Without access to it, all uses are reported.
async function findStartEvents({ client, signal }: Context, keyId: string): Promise<Map<string, AuditEvent>> {
  const found = new Map<string, AuditEvent>();
  try {
    const { audit } = await client();
    const events = audit.list({ keyId, action: "key.rotation_started", pageSize: 20 }, { signal });
    for await (const event of events) {
      const { rotationId } = event.details;
      if (typeof rotationId === "string") found.set(rotationId, event);
      // At most three rotations are pending at a time.
      if (found.size >= 20) break;
    }
  } catch (error) {
    if (signal.aborted) throw error;
  }
  return found;
}

/**
 * Returns the rotation with the given ID, else the only pending one. Throws NOT_FOUND if there is none, and AMBIGUOUS
 * with the list if an ID is required.
 */
export function pickRotation<Secret extends LiveSecret>(
  key: Pick<ApiKey, "name" | "clientId">,
  secrets: readonly Secret[],
  wanted: string | undefined,
  now: Date,
): Secret {
  const pending = secrets.filter(({ state }) => state === "pending");
  const list = (shown: readonly Secret[]): readonly string[] => {
    const lines = describeSecrets(shown, now);
    return shown.map(({ id }, index) => `${id}  ${lines[index]}`);
  };
  if (wanted !== undefined) {
    const found = secrets.find(({ id, state }) => id === wanted.trim().toLowerCase() && state !== "retiring");
    if (found !== undefined) return found;
    const what = `Rotation ${wanted} of "${key.name}" was not found. It may have been aborted or have ended.`;
    throw new CliError("NOT_FOUND", what, {
      details: list(pending),
      hint: `To list the secrets that work, run: briksync keys rotate ${quoteArgument(key.clientId)} --status`,
    });
  }
  const [only, another] = pending;
  if (only === undefined) {
    throw new CliError("NOT_FOUND", `"${key.name}" has no pending rotation.`, {
      hint: `To list the secrets that work, run: briksync keys rotate ${quoteArgument(key.clientId)} --status`,
    });
  }
  if (another === undefined) return only;
  throw new CliError("AMBIGUOUS", `"${key.name}" has ${pending.length} pending rotations.`, {
    details: list(pending),
    hint: "Choose one with --rotation ID.",
  });
}
