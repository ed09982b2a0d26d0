import type { FastifyReply, FastifyRequest } from "fastify";
import type { Dependencies } from "../domain/dependencies.ts";
import { browserSessionSeconds, endBrowserSession } from "../domain/sessions/browser-sessions.ts";
import type { BrowserSignIn } from "../domain/sign-in/finish-browser-sign-in.ts";
import { secondFactorSeconds } from "../domain/sign-in/waiting-sign-in.ts";
import { deviceTokenSeconds } from "../domain/sign-in-limits/device-tokens.ts";
import { redirect, redirectToSignIn } from "./browser-calls.ts";
import { deviceCookie, readCookie, secondFactorCookie, sessionCookie, setCookie } from "./cookies.ts";
import { originOf } from "./fastify.ts";
import type { SignInNotice } from "./pages/sign-in-page.ts";

/** Path of the page that asks for the second factor. */
export const secondFactorPath = "/login/second-factor";
/** Path of the form that changes a password. */
const passwordPath = "/settings/account";

const outcomeNotices = {
  failed: "failed",
  unavailable: "temporarily_unavailable",
  "too-many": "too_many_attempts",
  "not-invited": "not_invited",
  "second-factor-unsupported": "second_factor_unsupported",
} as const satisfies Record<string, SignInNotice>;

/**
 * Sends the response to a sign-in. If it succeeded, sets the cookies, ends the previous session of the browser and
 * redirects to `returnPath`. If the second factor is missing, redirects to its page. Otherwise, redirects to the
 * sign-in page, which shows the reason and later leads to `failurePath`.
 */
export async function answerSignIn(
  deps: Dependencies,
  request: FastifyRequest,
  reply: FastifyReply,
  result: BrowserSignIn,
  { returnPath, failurePath }: { readonly returnPath: string; readonly failurePath?: string },
): Promise<FastifyReply> {
  if (result.outcome === "second-factor-asked") {
    setCookie(reply, secondFactorCookie, result.ticket, secondFactorSeconds);
    return redirect(reply, secondFactorPath);
  }
  if (result.outcome !== "signed-in") return redirectToSignIn(reply, outcomeNotices[result.outcome], failurePath);
  try {
    await endBrowserSession(deps, readCookie(request, sessionCookie), originOf(request));
  } catch (error) {
    // The new session exists and may not be opened again. The old session expires.
    deps.reportFailure("cannot end the previous session of a browser", error);
  }
  setCookie(reply, sessionCookie, result.token, browserSessionSeconds);
  setCookie(reply, deviceCookie, result.deviceToken, deviceTokenSeconds);
  if (!result.mustChangePassword) return redirect(reply, returnPath);
  return redirect(reply, `${passwordPath}?${new URLSearchParams({ returnTo: returnPath })}`);
}
