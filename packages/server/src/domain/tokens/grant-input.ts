import { AppError, type ErrorDetail } from "../../errors.ts";
import type { Transaction } from "../dependencies.ts";
import { readCidr } from "../keys/stored-text.ts";

/**
 * Returns networks in canonical form, each once.
 * @throws {AppError} VALIDATION_FAILED with all invalid networks.
 */
export function readNetworks(texts: readonly string[]): readonly string[] {
  const networks = new Set<string>();
  const problems: ErrorDetail[] = [];
  for (const [index, text] of texts.entries()) {
    const cidr = readCidr(text);
    if (cidr.ok) networks.add(cidr.text);
    else problems.push({ path: `/fromCidrs/${index}`, message: cidr.message });
  }
  refuseProblems(problems);
  return [...networks];
}

/**
 * Returns the IDs of active keys of the company, each once.
 * @throws {AppError} VALIDATION_FAILED. Keys of other companies get the same message as keys that do not exist.
 */
export async function requireActiveKeys(
  { store }: Transaction,
  companyId: string,
  keyIds: readonly string[],
): Promise<readonly string[]> {
  const problems: ErrorDetail[] = [];
  const states = await store.keys.listStates(companyId, keyIds);
  for (const [index, keyId] of keyIds.entries()) {
    const state = states.get(keyId);
    if (state === "active") continue;
    const message = state === undefined ? "is not the ID of a key of this company" : "is the ID of a revoked key";
    problems.push({ path: `/keyIds/${index}`, message });
  }
  refuseProblems(problems);
  return [...new Set(keyIds)].sort();
}

/**
 * Throws one error for all problems.
 * @throws {AppError} VALIDATION_FAILED.
 */
export function refuseProblems(problems: readonly ErrorDetail[]): void {
  if (problems.length === 0) return;
  const message = problems.map((problem) => `${problem.path.slice(1)} ${problem.message}`).join("; ");
  throw new AppError("VALIDATION_FAILED", { message, details: problems });
}
