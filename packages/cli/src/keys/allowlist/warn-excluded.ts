import type { Context } from "../../context.ts";
import { sanitizeText } from "../../text/sanitize.ts";
import { judgeReach } from "./plan-allowlist.ts";

/**
 * Says on stderr that a new key's list shuts the caller out, as `keys allow-ip` would ask: nothing stops working by it, and the key may well be
 * meant for elsewhere. In text only. `address` is the caller's own, as the server sees it; null where it cannot tell.
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
