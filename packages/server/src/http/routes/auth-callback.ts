import type { FastifyReply, FastifyRequest } from "fastify";
import type { Dependencies } from "../../domain/dependencies.ts";
import { endBrowserSession, findBrowserActor } from "../../domain/sessions/sessions.ts";
import { beginBrowserSignIn, findReturnedSignIn, signInSeconds } from "../../domain/sign-in/browser-sign-in.ts";
import {
  type BrowserSignIn,
  browserSessionSeconds,
  finishBrowserSignIn,
} from "../../domain/sign-in/finish-browser-sign-in.ts";
import { mailSignInLink } from "../../domain/sign-in/mail-sign-in-link.ts";
import { signInPath, toReturnPath } from "../../domain/sign-in/return-path.ts";
import { deviceTokenSeconds } from "../../domain/sign-in-limits/device-tokens.ts";
import { StoreOutcomeUnknownError, StoreUnavailableError } from "../../store/store.ts";
import { clearCookie, deviceCookie, readCookie, sessionCookie, setCookie, ticketCookie } from "../cookies.ts";
import { type App, originOf } from "../fastify.ts";
import { type SignInNotice, sendSignInPage, signInNotices } from "../pages/sign-in-page.ts";
import { storeRetryAfterSeconds } from "../plugins/error-handler.ts";

const formBytesMax = 8 * 1024;

/** Accepts HTML forms in this part of the app, and ignores other bodies. */
function acceptForms(app: App): void {
  app.removeAllContentTypeParsers();
  const type = "application/x-www-form-urlencoded";
  app.addContentTypeParser(type, { parseAs: "string", bodyLimit: formBytesMax }, (_request, body, done) => {
    done(null, new URLSearchParams(String(body)));
  });
  app.addContentTypeParser("*", { parseAs: "string", bodyLimit: formBytesMax }, (_request, _body, done) => done(null));
}

/** Returns the fields of a form or query that occur once and are strings. */
function readFields(source: unknown): Readonly<Record<string, string | undefined>> {
  const fields: Record<string, string | undefined> = Object.create(null) as Record<string, string | undefined>;
  const isForm = source instanceof URLSearchParams;
  const names = isForm ? new Set(source.keys()) : Object.keys(source ?? {});
  for (const name of names) {
    const value: unknown = isForm ? source.getAll(name) : (source as Record<string, unknown>)[name];
    const [text, more] = Array.isArray(value) ? value : [value];
    if (typeof text === "string" && more === undefined) fields[name] = text;
  }
  return fields;
}

/**
 * Returns the result of `work`, or `otherwise` if the database fails or the outcome is unknown. Reports the failure, so
 * that a browser gets a page instead of an error.
 */
async function unlessStoreFails<T, const U>(
  deps: Pick<Dependencies, "reportFailure">,
  what: string,
  work: () => Promise<T>,
  otherwise: U,
): Promise<T | U> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof StoreUnavailableError || error instanceof StoreOutcomeUnknownError)) throw error;
    deps.reportFailure(what, error);
    return otherwise;
  }
}

/** Redirects to a path of this server or to the provider, without a referrer that could contain a code. */
function redirect(reply: FastifyReply, location: string): FastifyReply {
  return reply.code(303).headers({ location, "referrer-policy": "no-referrer" }).send();
}

function redirectToSignIn(reply: FastifyReply, notice: SignInNotice): FastifyReply {
  return redirect(reply, `${signInPath}?auth=${notice}`);
}

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

const outcomeNotices = {
  failed: "failed",
  unavailable: "temporarily_unavailable",
  "too-many": "too_many_attempts",
  "not-invited": "not_invited",
  "second-factor-missing": "second_factor_missing",
} as const satisfies Record<string, SignInNotice>;

const mailNotices = {
  sent: "email_sent",
  "too-many": "too_many_attempts",
  unavailable: "temporarily_unavailable",
} as const satisfies Record<string, SignInNotice>;

/**
 * Registers browser sign-in: a plain page, the redirect to the identity provider and back (seed 1, "Session-based
 * authentication"), and sign-out. The session cookie is valid only for this page. Management calls accept no cookie, so
 * another site cannot make calls for a user.
 */
export function registerAuthCallbackRoutes(app: App, deps: Dependencies): void {
  const { identityProvider: provider } = deps;
  const { browser } = deps.settings;
  const route = { config: { plane: "api" }, schema: { hide: true } } as const;
  acceptForms(app);

  app.get(signInPath, route, async (request, reply) => {
    const { auth, returnTo } = readFields(request.query);
    const find = (): ReturnType<typeof findBrowserActor> => findBrowserActor(deps, readCookie(request, sessionCookie));
    const actor = await unlessStoreFails(deps, "cannot load a browser session", find, "unknown");
    let notice = auth !== undefined && Object.hasOwn(signInNotices, auth) ? (auth as SignInNotice) : null;
    if (actor === "unknown") {
      notice = "temporarily_unavailable";
      reply.code(503).header("retry-after", storeRetryAfterSeconds);
    }
    return sendSignInPage(reply, {
      notice: notice === null ? null : signInNotices[notice],
      signedIn: actor === "unknown" ? null : actor,
      parties: browser?.parties ?? null,
      returnTo: toReturnPath(returnTo),
    });
  });

  app.get("/api/auth/start", route, async (request, reply) => {
    const { provider: party, returnTo } = readFields(request.query);
    if (provider === null || browser === null || party === undefined || !browser.parties.includes(party)) {
      return redirectToSignIn(reply, "failed");
    }
    const begun = beginBrowserSignIn(deps, browser.publicUrl, returnTo);
    setCookie(reply, ticketCookie, begun.ticket, signInSeconds);
    return redirect(reply, provider.signInUrl(party, begun.redirect));
  });

  app.post("/api/auth/start", route, async (request, reply) => {
    const { email, returnTo } = readFields(request.body);
    // Another site must not start a sign-in in a user's browser (RFC 9700, section 4.7). It can make the browser send
    // `null` (a sandboxed frame), but never this origin.
    const isOwnPage = request.headers.origin === browser?.publicUrl;
    if (provider === null || browser === null || !isOwnPage || email === undefined || email.length > 320) {
      return redirectToSignIn(reply, "failed");
    }
    // A second request sends no email for a while, and the first link must keep working in this browser.
    const held = readCookie(request, ticketCookie);
    const begun = beginBrowserSignIn(deps, browser.publicUrl, returnTo, held);
    const deviceToken = readCookie(request, deviceCookie);
    const mail = (): ReturnType<typeof mailSignInLink> =>
      mailSignInLink(deps, provider, { email, deviceToken }, begun, originOf(request));
    const outcome = await unlessStoreFails(deps, "cannot send a sign-in link", mail, "unavailable");
    if (outcome === "sent") setCookie(reply, ticketCookie, begun.ticket, signInSeconds);
    return redirectToSignIn(reply, mailNotices[outcome]);
  });

  app.get("/api/auth/callback", route, async (request, reply) => {
    const { code, state, error, error_code: errorCode } = readFields(request.query);
    const returned = findReturnedSignIn(deps, readCookie(request, ticketCookie), state);
    if (provider === null || returned === null || code === undefined || error !== undefined) {
      return redirectToSignIn(reply, readNotice(error, errorCode));
    }
    const shown = { code, deviceToken: readCookie(request, deviceCookie) };
    const finish = (): Promise<BrowserSignIn> =>
      finishBrowserSignIn(deps, provider, returned, shown, originOf(request));
    const result = await unlessStoreFails(deps, "browser sign-in failed", finish, { outcome: "unavailable" });
    // The ticket may be used. It must not start another sign-in.
    clearCookie(reply, ticketCookie);
    if (result.outcome !== "signed-in") return redirectToSignIn(reply, outcomeNotices[result.outcome]);
    try {
      await endBrowserSession(deps, readCookie(request, sessionCookie), originOf(request));
    } catch (error) {
      // The new session exists and the code cannot be exchanged again. The old session expires.
      deps.reportFailure("cannot end the previous session of a browser", error);
    }
    setCookie(reply, sessionCookie, result.token, browserSessionSeconds);
    setCookie(reply, deviceCookie, result.deviceToken, deviceTokenSeconds);
    return redirect(reply, returned.returnPath);
  });

  const signOut = async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const end = async (): Promise<boolean> => {
      await endBrowserSession(deps, readCookie(request, sessionCookie), originOf(request));
      return true;
    };
    // Keep the cookie, so that another attempt can end the session.
    if (!(await unlessStoreFails(deps, "cannot sign out a browser", end, false))) {
      return redirectToSignIn(reply, "temporarily_unavailable");
    }
    clearCookie(reply, sessionCookie);
    return redirectToSignIn(reply, "signed_out");
  };
  app.get("/api/auth/signout", route, signOut);
  app.post("/api/auth/signout", route, signOut);
}
