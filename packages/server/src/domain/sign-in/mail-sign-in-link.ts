import { AppError } from "../../errors.ts";
import type { Origin } from "../access.ts";
import type { Dependencies } from "../dependencies.ts";
import { type IdentityProvider, IdentityProviderUnavailableError } from "../identity/identity-provider.ts";
import { normalizeLogin } from "../login-name.ts";
import { beginMail } from "../sign-in-limits/sign-in-attempt.ts";
import type { BegunSignIn } from "./browser-sign-in.ts";

/**
 * Has the provider mail a link that signs in the browser which began. The outcome is the same whether it knows the address or
 * not. Every mail counts like a failed sign-in of its own, so that nobody can flood an inbox through this server. On a known
 * device of the address's user, nobody else can use up the mails.
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
    const attempt = await beginMail(deps, { address, user, deviceToken }, origin);
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
