import type { Context } from "../../context.ts";
import { sanitizeText } from "../../text/sanitize.ts";
import { judgeReach } from "./plan-allowlist.ts";

/**
 * Prints a warning if the allowlist of a new key excludes the caller. Asks for no confirmation, because a new key is
 * not in use and may be for another machine. Text output only. `address` is the caller's IP address as the server sees
 * it, or null if unknown.
 */
export async function warnExcluded(
  { io, now, output }: Context,
  networks: readonly string[],
  address: string | null,
): Promise<void> {
  const entries = networks.map((cidr) => ({ cidr, expiresAt: null }));
  if (judgeReach(entries, address, now()) !== "excluded" || (await output()) !== "table") return;
  const own = sanitizeText(address ?? "");
  io.writeError(
    `${io.statusColors.yellow("!")} This list excludes your own address, ${own}. To allow it, pass --allow-ip ${own}.`,
  );
}
