import { AppError } from "../../errors.ts";
import type { LiveSecret } from "../../store/records.ts";
import type { Origin } from "../access.ts";
import { recordAudit } from "../audit/record-audit.ts";
import type { Dependencies } from "../dependencies.ts";
import { type Address, parseAddress } from "../network/cidr.ts";
import { compileAllowlist } from "../network/compile-allowlist.ts";
import { hasEnded } from "../rotations/secret-lifetime.ts";

/** A presented credential: client ID and secret, or the secret alone. */
export interface PresentedCredential {
  readonly clientId: string | null;
  readonly clientSecret: string;
}

/** Longest secret to hash. Client secrets have 52 characters. */
const secretCharactersMax = 256;

/** Compiled allowlists by their text. The text itself is read from the store each time. */
const compiledAllowlists = new Map<string, (address: Address | null) => boolean>();
const compiledAllowlistsMax = 10_000;

/** Compiles the entries that have not expired. */
function compileCurrent(allowlist: string, now: Date): (address: Address | null) => boolean {
  const cidrs: string[] = [];
  for (const line of allowlist.split("\n")) {
    const [cidr = "", expiresAt] = line.split(" ");
    if (expiresAt === undefined || expiresAt > now.toISOString()) cidrs.push(cidr);
  }
  return compileAllowlist(cidrs);
}

function findCompiled(allowlist: string, now: Date): (address: Address | null) => boolean {
  // What a list with times allows changes without a change of its text.
  if (allowlist.includes(" ")) return compileCurrent(allowlist, now);
  let compiled = compiledAllowlists.get(allowlist);
  if (compiled === undefined) {
    compiled = compileCurrent(allowlist, now);
    if (compiledAllowlists.size >= compiledAllowlistsMax) compiledAllowlists.clear();
    compiledAllowlists.set(allowlist, compiled);
  }
  return compiled;
}

function isAddressAllowed(allowlist: string, ip: string | null, now: Date): boolean {
  return findCompiled(allowlist, now)(ip === null ? null : parseAddress(ip));
}

async function findLiveSecret(deps: Dependencies, credential: PresentedCredential): Promise<LiveSecret | null> {
  if (credential.clientSecret.length > secretCharactersMax) return null;
  for (const pepper of deps.secretHasher.all) {
    const found = await deps.store.findLiveSecret(pepper.hash(credential.clientSecret));
    if (found !== null) return found;
  }
  return null;
}

/**
 * Throws unless the secret works, belongs to the client ID, and may be used from the address. Unknown, wrong, replaced
 * and revoked secrets get the same refusal.
 */
function requireUsable(
  secret: LiveSecret | null,
  { clientId }: PresentedCredential,
  ip: string | null,
  now: Date,
): asserts secret is LiveSecret {
  // The client ID is public and was found by the secret, so constant time is not needed.
  if (secret === null || (clientId !== null && clientId !== secret.clientId)) throw new AppError("INVALID_CREDENTIALS");
  if (secret.state !== "current" && hasEnded(secret, now.toISOString())) throw new AppError("INVALID_CREDENTIALS");
  if (secret.allowlist !== null && !isAddressAllowed(secret.allowlist, ip, now)) {
    throw new AppError("IP_NOT_ALLOWED", {
      message: `This key does not allow the IP address ${ip ?? "(unreadable)"}, which this request came from`,
    });
  }
}

/**
 * Throws for the reasons that are checked after the rate limit, such as the plan. It runs again if the secret changed
 * before its first use was recorded.
 */
function requireService({ plan }: LiveSecret): void {
  if (plan === "FREE") throw new AppError("PLAN_UPGRADE_REQUIRED");
}

/**
 * Records durably that a pending secret is in use, so that it no longer expires. This is the only write of verify, once
 * per rotation. Returns false if the secret changed in the meantime. If the write fails, the next use retries.
 */
async function noteFirstUse(deps: Dependencies, secret: LiveSecret, now: Date, origin: Origin): Promise<boolean> {
  try {
    return await deps.transact(async (tx) => {
      if (!(await tx.store.secrets.markFirstUse(secret.secretId, now.toISOString()))) return false;
      await recordAudit(tx, {
        action: "key.secret_first_used",
        companyId: secret.companyId,
        actor: null,
        origin,
        key: { id: secret.keyId, name: secret.keyName },
        details: { rotationId: secret.secretId },
      });
      return true;
    });
  } catch (error) {
    deps.reportFailure("cannot record the first use of a pending secret", error);
    return true;
  }
}

/**
 * Verifies a credential in the fixed order authenticate → address → rate limit → plan (contract, section 2). Reads
 * committed data on every call, because a cache could outlive a revocation. Only accepted calls count as a use (S-60).
 * @throws {AppError} INVALID_CREDENTIALS, IP_NOT_ALLOWED, RATE_LIMITED, PLAN_UPGRADE_REQUIRED.
 */
export async function verifyCredential(
  deps: Dependencies,
  credential: PresentedCredential,
  ip: string | null,
  requestId: string,
): Promise<LiveSecret> {
  let secret = await findLiveSecret(deps, credential);
  const now = deps.now();
  requireUsable(secret, credential, ip, now);
  const charge = deps.tokenBuckets.take(secret.keyId, {
    // A limit below 1 comes from a direct database change, and counts as 1.
    perMinute: Math.max(1, secret.ratePerMinute ?? deps.settings.rateLimit.perMinute),
    burst: Math.max(1, secret.rateBurst ?? deps.settings.rateLimit.burst),
  });
  const taken = charge instanceof Promise ? await charge : charge;
  if (!taken.allowed) throw new AppError("RATE_LIMITED", { retryAfterSeconds: taken.retryAfterSeconds });
  requireService(secret);
  const isFirstUse = secret.state === "pending" && secret.firstUsedOn === null;
  if (isFirstUse && !(await noteFirstUse(deps, secret, now, { ip, requestId }))) {
    // The secret changed after the lookup: it was used, finished or aborted.
    secret = await deps.store.findLiveSecret(secret.digest);
    requireUsable(secret, credential, ip, now);
    requireService(secret);
  }
  deps.usage.record(secret, now.getTime(), ip);
  return secret;
}
