import { AppError } from "../../errors.ts";
import type { AutomationTokenContext, RunTokenContext, TokenGrant } from "../../store/records.ts";
import type { Origin, PipelineActor, PipelineRun } from "../access.ts";
import { recordCall } from "../audit/record-audit.ts";
import type { Dependencies } from "../dependencies.ts";
import { hasCheckedForm } from "../keys/client-secret.ts";
import type { SecretHasher } from "../keys/secret-hash.ts";
import { parseAddress } from "../network/cidr.ts";
import { compileAllowlist } from "../network/compile-allowlist.ts";
import { addSeconds, isBeyond } from "../timestamp.ts";

/** A pipeline with a valid token. */
export interface AuthenticatedPipeline {
  readonly actor: PipelineActor;
  /** The presented secret of an automation token. Null for the token of a run. */
  readonly use: { readonly secretId: string; readonly isPending: boolean; readonly isDue: boolean } | null;
}

/** Minimum time between two saved uses of an automation token, in seconds. */
const useIntervalSeconds = 60;

/** Returns whether a text looks like a token of a pipeline, and not like the token of a session. */
export function hasPipelineTokenForm(token: string): boolean {
  return token.startsWith("run_") || token.startsWith("aut_");
}

/**
 * Authenticates a token of a pipeline. Reads the store on every call, so that removed and disabled trusts, revoked
 * tokens and changed plans apply with the next request (I-03).
 * @throws {AppError} UNAUTHORIZED, and IP_NOT_ALLOWED for an address outside the networks of the trust or token.
 */
export async function authenticatePipeline(
  deps: Dependencies,
  token: string,
  { ip }: Origin,
): Promise<AuthenticatedPipeline> {
  const kind = readPipelineTokenKind(token);
  if (kind === null) throw new AppError("UNAUTHORIZED");
  const digests = listPipelineTokenDigests(deps.secretHasher, kind, token);
  const found =
    kind === "run"
      ? describeRunToken(await deps.store.runTokens.find(digests), deps.now())
      : describeAutomationToken(await deps.store.automationTokens.findBySecret(digests), deps.now());
  if (found === null) throw new AppError("UNAUTHORIZED");
  if (isFromNetwork(found.grant, ip)) return found.authenticated;
  throw new AppError("IP_NOT_ALLOWED", {
    message: `This trust or automation token does not allow requests from ${ip ?? "an address that cannot be read"}`,
  });
}

/** Returns whether a grant allows an address. Without networks, it allows every address. */
export function isFromNetwork({ fromCidrs }: Pick<TokenGrant, "fromCidrs">, ip: string | null): boolean {
  return fromCidrs.length === 0 || compileAllowlist(fromCidrs)(ip === null ? null : parseAddress(ip));
}

interface Found {
  readonly grant: TokenGrant;
  readonly authenticated: AuthenticatedPipeline;
}

function describeActor(
  kind: PipelineActor["kind"],
  { id, name, may, keyIds, company }: TokenGrant,
  expiresAt: string,
  run: PipelineRun | null,
): PipelineActor {
  const { id: companyId, name: companyName, plan } = company;
  return { kind, id, name, companyId, companyName, plan, may, keyIds, expiresAt, run };
}

function describeRunToken(context: RunTokenContext | null, now: Date): Found | null {
  if (context === null || context.disabledOn !== null) return null;
  const { grant, expiresOn, ttlSeconds, run } = context;
  // A token from a clock that was ahead would work for too long.
  if (expiresOn <= now.toISOString() || isBeyond(expiresOn, now, ttlSeconds)) return null;
  return { grant, authenticated: { actor: describeActor("trust", grant, expiresOn, run), use: null } };
}

function describeAutomationToken(context: AutomationTokenContext | null, now: Date): Found | null {
  if (context === null || context.revokedOn !== null) return null;
  const { grant, secret, lastUsedAt } = context;
  if (secret.expiresAt <= now.toISOString()) return null;
  const isDue = lastUsedAt === null || lastUsedAt <= addSeconds(now, -useIntervalSeconds) || isBeyond(lastUsedAt, now);
  const use = { secretId: secret.id, isPending: secret.state === "pending", isDue };
  return { grant, authenticated: { actor: describeActor("token", grant, secret.expiresAt, null), use } };
}

/**
 * Saves an accepted call of an automation token. The first use of a pending secret makes it the only one. Does nothing
 * for runs, or if another use was saved recently. If the database fails, the next call retries.
 */
export async function recordPipelineUse(
  deps: Dependencies,
  { actor, use }: AuthenticatedPipeline,
  origin: Origin,
): Promise<void> {
  if (use === null || !(use.isPending || use.isDue)) return;
  const usedAt = deps.now().toISOString();
  try {
    await deps.transact(async (tx) => {
      const { automationTokens } = tx.store;
      await automationTokens.noteUse(actor.id, { usedAt, ip: origin.ip });
      if (!use.isPending || !(await automationTokens.promote(actor.id, use.secretId))) return;
      const details = { isFirstUse: true };
      await recordCall(tx, { actor, origin }, { action: "token.rotated", details });
    });
  } catch (error) {
    // The call itself has taken effect, so it does not fail.
    deps.reportFailure("cannot save the use of an automation token", error);
  }
}

/** Kinds of pipeline tokens: `run_` for a run under a trust, `aut_` for a system without its own identity. */
export type PipelineTokenKind = "run" | "aut";

/**
 * Returns the kind of a token by its form and checksum. The token may still be invalid. Returns null for other texts.
 */
function readPipelineTokenKind(text: string): PipelineTokenKind | null {
  if (hasCheckedForm("run", text)) return "run";
  return hasCheckedForm("aut", text) ? "aut" : null;
}

/** Returns the digest of a token to store. */
export function digestPipelineToken({ current }: SecretHasher, kind: PipelineTokenKind, token: string): Buffer {
  return current.digestToken(`${kind}-token`, token);
}

/** Returns the digests that a stored token may have, one for each accepted pepper. */
function listPipelineTokenDigests({ all }: SecretHasher, kind: PipelineTokenKind, token: string): Buffer[] {
  return all.map((pepper) => pepper.digestToken(`${kind}-token`, token));
}
