import { AppError } from "../../errors.ts";
import type { Origin } from "../access.ts";
import type { Dependencies } from "../dependencies.ts";
import { type IdentityProvider, IdentityProviderUnavailableError } from "../identity/identity-provider.ts";
import { normalizeLogin } from "../login-name.ts";
import { beginMessage } from "../sign-in-limits/sign-in-attempt.ts";
import type { BegunSignIn } from "./browser-sign-in.ts";

/**
 * Asks the provider to send an email with a sign-in link for the browser that started the sign-in. The result is the
 * same for unknown addresses. Each email counts like a failed sign-in, so that this server cannot be used to flood an
 * inbox. On a known device of the address's user, others cannot use up the limit.
 */
export async function mailSignInLink(
  deps: Dependencies,
  provider: IdentityProvider,
  { email, deviceToken }: { readonly email: string; readonly deviceToken: string | undefined },
  { redirect }: BegunSignIn,
  origin: Origin,
): Promise<"sent" | "too-many" | "unavailable"> {
  const address = normalizeLogin(email);
  try {
    const user = await deps.store.users.findByLogin(address);
    const attempt = await beginMessage(deps, { to: `mail ${address}`, user, deviceToken }, origin);
    deps.signInLimiter.recordFailure(attempt);
    await provider.mailSignInLink(address, redirect);
    return "sent";
  } catch (error) {
    if (error instanceof AppError && error.type === "RATE_LIMITED") return "too-many";
    if (!(error instanceof IdentityProviderUnavailableError)) throw error;
    deps.reportFailure("cannot send a sign-in link", error);
    return "unavailable";
  }
}
