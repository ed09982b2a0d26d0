import type { Dependencies } from "../../domain/dependencies.ts";
import {
  beginBrowserSignIn,
  findReturnedSignIn,
  mailSignInLink,
  signInSeconds,
} from "../../domain/sign-in/browser-sign-in.ts";
import { finishBrowserSignIn } from "../../domain/sign-in/finish-browser-sign-in.ts";
import { answerSignIn } from "../answer-sign-in.ts";
import {
  acceptForms,
  browserRoute,
  createOwnPageHook,
  isOwnNavigation,
  readFields,
  redirect,
  redirectToSignIn,
  unlessStoreFails,
} from "../browser-calls.ts";
import { clearCookie, deviceCookie, readCookie, setCookie, ticketCookie } from "../cookies.ts";
import { type App, originOf } from "../fastify.ts";
import type { SignInNotice } from "../pages/sign-in-page.ts";

/** Notices by `error_code` of Supabase. Its `error` is access_denied for several reasons. */
const errorCodeNotices: ReadonlyMap<string | undefined, SignInNotice> = new Map([
  ["signup_disabled", "not_invited"],
  ["user_banned", "not_invited"],
  ["provider_email_needs_verification", "not_invited"],
  ["otp_expired", "failed"],
]);

/** Returns the notice for an error of the provider (RFC 6749, section 4.1.2.1). */
function readNotice(error: string | undefined, errorCode: string | undefined): SignInNotice {
  const notice = error === undefined ? undefined : errorCodeNotices.get(errorCode);
  if (notice !== undefined) return notice;
  if (error === "access_denied") return "denied";
  return error === "temporarily_unavailable" ? "temporarily_unavailable" : "failed";
}

const mailNotices = {
  sent: "email_sent",
  "too-many": "too_many_attempts",
  unavailable: "temporarily_unavailable",
} as const satisfies Record<string, SignInNotice>;

/**
 * Registers sign-in through the identity provider: the redirect to the provider and back (seed 1, "Session-based
 * authentication"), and links by email.
 */
export function registerAuthCallbackRoutes(app: App, deps: Dependencies, publicUrl: () => string | null): void {
  const { identityProvider: provider } = deps;
  acceptForms(app);

  app.get("/api/auth/start", browserRoute, async (request, reply) => {
    const { provider: party, returnTo } = readFields(request.query);
    const origin = publicUrl();
    const isOffered = party !== undefined && deps.settings.signInParties.includes(party);
    // Another site must not start a sign-in in a user's browser (RFC 9700, section 4.7).
    const isForeign = request.headers["sec-fetch-site"] !== undefined && !isOwnNavigation(request);
    if (provider === null || origin === null || !isOffered || isForeign) return redirectToSignIn(reply, "failed");
    const begun = beginBrowserSignIn(deps, origin, returnTo);
    setCookie(reply, ticketCookie, begun.ticket, signInSeconds);
    return redirect(reply, provider.signInUrl(party, begun.redirect));
  });

  app.post("/api/auth/start", { ...browserRoute, onRequest: createOwnPageHook(publicUrl) }, async (request, reply) => {
    const { email, returnTo } = readFields(request.body);
    const origin = publicUrl();
    if (provider === null || origin === null || email === undefined || email.length > 320) {
      return redirectToSignIn(reply, "failed");
    }
    // Keep the current ticket. The provider sends no second email for a while, and the first link must still work.
    const currentTicket = readCookie(request, ticketCookie);
    const begun = beginBrowserSignIn(deps, origin, returnTo, currentTicket);
    const deviceToken = readCookie(request, deviceCookie);
    const mailing = mailSignInLink(deps, provider, { email, deviceToken }, begun, originOf(request));
    const outcome = await unlessStoreFails(deps, "cannot send a sign-in link", mailing, "unavailable");
    if (outcome === "sent") setCookie(reply, ticketCookie, begun.ticket, signInSeconds);
    return redirectToSignIn(reply, mailNotices[outcome]);
  });

  app.get("/api/auth/callback", browserRoute, async (request, reply) => {
    const { code, state, error, error_code: errorCode } = readFields(request.query);
    const returned = findReturnedSignIn(deps, readCookie(request, ticketCookie), state);
    if (provider === null || returned === null || code === undefined || error !== undefined) {
      return redirectToSignIn(reply, readNotice(error, errorCode));
    }
    const shown = { code, deviceToken: readCookie(request, deviceCookie) };
    const finishing = finishBrowserSignIn(deps, provider, returned, shown, originOf(request));
    const result = await unlessStoreFails(deps, "browser sign-in failed", finishing, { outcome: "unavailable" });
    // The ticket may be used. It must not start another sign-in.
    clearCookie(reply, ticketCookie);
    return answerSignIn(deps, request, reply, result, { returnPath: returned.returnPath });
  });
}
