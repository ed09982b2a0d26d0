import { AppError, type ErrorDetail, invalidField } from "../../errors.ts";
import type { AllowedIpRecord, KeyRecord } from "../../store/records.ts";
import { may, type RepeatableCall } from "../access.ts";
import { recordCall } from "../audit/record-audit.ts";
import type { Dependencies } from "../dependencies.ts";
import { checkName } from "../names.ts";
import { generateClientId } from "./client-secret.ts";
import { type OnceResult, runOnce } from "./idempotency.ts";
import { type KeyWithSecret, mintSecret } from "./mint-secret.ts";
import { readCidr, refuseSecret } from "./stored-text.ts";

/**
 * Returns the normalized key name.
 * @throws {AppError} VALIDATION_FAILED.
 */
export function requireName(text: string): string {
  const checked = checkName(text);
  if (!checked.ok) throw invalidField("/name", checked.message);
  refuseSecret("/name", checked.name);
  return checked.name;
}

function readAllowlist(deps: Dependencies, texts: readonly string[]): AllowedIpRecord[] {
  const problems: ErrorDetail[] = [];
  const entries = new Map<string, AllowedIpRecord>();
  for (const [index, text] of texts.entries()) {
    const cidr = readCidr(text);
    if (!cidr.ok) {
      problems.push({ path: `/ipAllowlist/${index}`, message: cidr.message });
      continue;
    }
    entries.set(cidr.text, {
      id: deps.newId(),
      cidr: cidr.text,
      note: null,
      createdOn: deps.now().toISOString(),
      expiresAt: null,
    });
  }
  if (problems.length > 0) {
    const message = problems.map((problem) => problem.message).join("; ");
    throw new AppError("VALIDATION_FAILED", { message, details: problems });
  }
  return [...entries.values()];
}

/**
 * Creates a key with its first secret and an optional allowlist.
 * @throws {AppError} VALIDATION_FAILED for an invalid name or address, and the errors of `runOnce`.
 */
export async function createKey(
  deps: Dependencies,
  call: RepeatableCall,
  input: { readonly name: string; readonly ipAllowlist?: readonly string[] },
): Promise<OnceResult<KeyWithSecret>> {
  may(call.actor, "createKey");
  const name = requireName(input.name);
  const ipAllowlist = readAllowlist(deps, input.ipAllowlist ?? []);
  const key: KeyRecord = {
    id: deps.newId(),
    name,
    clientId: generateClientId(deps.randomBytes),
    status: "active",
    createdOn: deps.now().toISOString(),
    rotatedOn: null,
    revokedOn: null,
    lastUsedAt: null,
    lastUsedIp: null,
    ipAllowlist,
    pending: [],
    lease: null,
  };
  return runOnce(deps, call, { name: "createKey", keyId: null, body: input }, async (tx) => {
    const keyId = await tx.store.keys.insertKey({ ...key, companyId: call.actor.companyId });
    for (const entry of ipAllowlist) await tx.store.keys.insertAllowedIp(keyId, entry);
    const minted = await mintSecret(tx, call.actor, { keyId, state: "current", expiresOn: null });
    await recordCall(tx, call, {
      action: "key.created",
      key,
      details: { clientId: key.clientId, ipAllowlist: ipAllowlist.map((entry) => entry.cidr) },
    });
    return { key, ...minted };
  });
}
