import type { FastifyReply, FastifyRequest } from "fastify";
import type { Dependencies } from "../../domain/dependencies.ts";
import { cancelWaiting, type FactorRequest, presentCode, sendCode } from "../../domain/sign-in/second-factor.ts";
import { findWaitingSignIn } from "../../domain/sign-in/waiting-sign-in.ts";
import { answerSignIn, secondFactorPath } from "../answer-sign-in.ts";
import type { Assets } from "../assets.ts";
import {
  acceptForms,
  browserRoute,
  createOwnPageHook,
  readFields,
  redirect,
  redirectToSignIn,
  signInPath,
  unlessStoreFails,
} from "../browser-calls.ts";
import { clearCookie, deviceCookie, readCookie, secondFactorCookie } from "../cookies.ts";
import { type App, originOf } from "../fastify.ts";
import { type FactorNotice, factorNotices, sendSecondFactorPage } from "../pages/second-factor-page.ts";

const codeNotices = {
  wrong: "wrong_code",
  "too-many": "too_many_attempts",
  unavailable: "temporarily_unavailable",
} as const satisfies Record<string, FactorNotice>;

const messageNotices = {
  sent: "code_sent",
  "not-sent": "code_not_sent",
  "too-many": "too_many_attempts",
  unavailable: "temporarily_unavailable",
} as const satisfies Record<string, FactorNotice>;

/** Returns the position of a factor in the list, or the first one. */
function readPosition(text: string | undefined): number {
  return text !== undefined && /^\d{1,3}$/.test(text) ? Number(text) : 0;
}

function redirectToFactor(reply: FastifyReply, notice: FactorNotice, factor: number): FastifyReply {
  const query = new URLSearchParams({ notice, ...(factor > 0 && { factor: String(factor) }) });
  return redirect(reply, `${secondFactorPath}?${query}`);
}

/** Redirects to the sign-in page and clears the cookie, because this sign-in is over. */
function redirectToStart(reply: FastifyReply, notice: "second_factor_ended" | "not_invited"): FastifyReply {
  clearCookie(reply, secondFactorCookie);
  return redirectToSignIn(reply, notice);
}

/**
 * Registers the page that asks for a second factor of the identity provider, and its calls. Its cookie opens nothing
 * else. It works without script.
 */
export function registerSecondFactorRoutes(
  app: App,
  deps: Dependencies,
  { assets, publicUrl }: { readonly assets: Assets; readonly publicUrl: () => string | null },
): void {
  const { identityProvider: provider } = deps;
  const ownPage = { ...browserRoute, onRequest: createOwnPageHook(publicUrl) };
  acceptForms(app);

  const readRequest = (request: FastifyRequest): FactorRequest => ({
    ticket: readCookie(request, secondFactorCookie),
    factor: readPosition(readFields(request.body)["factor"]),
    deviceToken: readCookie(request, deviceCookie),
  });

  app.get(secondFactorPath, browserRoute, async (request, reply) => {
    const { notice, factor } = readFields(request.query);
    const finding = findWaitingSignIn(deps, readCookie(request, secondFactorCookie));
    const waiting = await unlessStoreFails(deps, "cannot load a sign-in", finding, "unknown");
    if (waiting === "unknown") return redirectToSignIn(reply, "temporarily_unavailable");
    if (waiting === null) return redirectToStart(reply, "second_factor_ended");
    const position = readPosition(factor);
    const page = {
      notice: notice !== undefined && Object.hasOwn(factorNotices, notice) ? (notice as FactorNotice) : null,
      factors: waiting.factors,
      position: position < waiting.factors.length ? position : 0,
      challengedId: waiting.challenge?.factorId ?? null,
    };
    return sendSecondFactorPage(reply, page, assets);
  });

  app.post("/api/auth/second-factor", ownPage, async (request, reply) => {
    const asked = { ...readRequest(request), code: readFields(request.body)["code"] ?? "" };
    if (provider === null) return redirectToStart(reply, "second_factor_ended");
    const checking = presentCode(deps, provider, asked, originOf(request));
    const result = await unlessStoreFails(deps, "cannot check a second factor", checking, { outcome: "unavailable" });
    if (result.outcome === "ended") return redirectToStart(reply, "second_factor_ended");
    if (result.outcome === "not-invited") return redirectToStart(reply, "not_invited");
    if (result.outcome !== "signed-in") return redirectToFactor(reply, codeNotices[result.outcome], asked.factor);
    clearCookie(reply, secondFactorCookie);
    return answerSignIn(deps, request, reply, result, { returnPath: result.returnPath });
  });

  app.post("/api/auth/second-factor/send", ownPage, async (request, reply) => {
    const asked = readRequest(request);
    if (provider === null) return redirectToStart(reply, "second_factor_ended");
    const sending = sendCode(deps, provider, asked, originOf(request));
    const outcome = await unlessStoreFails(deps, "cannot send a code", sending, "unavailable");
    if (outcome === "ended") return redirectToStart(reply, "second_factor_ended");
    return redirectToFactor(reply, messageNotices[outcome], asked.factor);
  });

  app.post("/api/auth/second-factor/cancel", ownPage, async (request, reply) => {
    const canceling = cancelWaiting(deps, readCookie(request, secondFactorCookie));
    // If the database fails, the sign-in expires.
    await unlessStoreFails(deps, "cannot end a sign-in", canceling, undefined);
    clearCookie(reply, secondFactorCookie);
    return redirect(reply, signInPath);
  });
}
