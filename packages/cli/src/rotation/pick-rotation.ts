import type { ApiKey, LiveSecret } from "@briksync/sdk";
import { CliError } from "../errors/cli-error.ts";
import { describeSecrets } from "../secrets/describe-secrets.ts";
import { quoteArgument } from "../text/quote-argument.ts";

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
