import type { FastifyReply, FastifyRequest } from "fastify";
import type Type from "typebox";
import type { Dependencies } from "../../domain/dependencies.ts";
import { approveDevice, denyDevice, findWaitingDevice } from "../../domain/device-sign-in/decide-device-sign-in.ts";
import { changeBrowserPassword } from "../../domain/passwords/change-password.ts";
import {
  type BrowserSession,
  endAllSessions,
  endBrowserSession,
  findBrowserSession,
  issuePageToken,
  type PageToken,
  switchBrowserCompany,
} from "../../domain/sessions/browser-sessions.ts";
import { takeRefreshTurn } from "../../domain/sessions/refresh-session.ts";
import { signInWithForm } from "../../domain/sign-in/browser-password-sign-in.ts";
import { toReturnPath } from "../../domain/sign-in/return-path.ts";
import { AppError } from "../../errors.ts";
import { answerSignIn } from "../answer-sign-in.ts";
import type { Assets } from "../assets.ts";
import {
  acceptForms,
  browserRoute,
  createOwnPageHook,
  isOwnNavigation,
  readFields,
  redirectToSignIn,
  unlessStoreFails,
} from "../browser-calls.ts";
import { clearCookie, deviceCookie, readCookie, sessionCookie, setCookie } from "../cookies.ts";
import { type App, originOf } from "../fastify.ts";
import { sendSignOutQuestion } from "../pages/sign-in-page.ts";
import { admitSession } from "../plugins/management-limits.ts";
import { ApproveDeviceRequest, FindDeviceRequest } from "../schemas/device-sign-in.ts";
import { ChangePasswordRequest, SignInRequest, SwitchCompanyRequest } from "../schemas/session.ts";

/**
 * Registers the calls with which this server's pages sign in and out and get access tokens (contract, section 8). The
 * cookie opens only these calls. Management calls accept no cookie, so a page of another origin has nothing to forge.
 */
export function registerBrowserSessionRoutes(
  app: App,
  deps: Dependencies,
  { assets, publicUrl }: { readonly assets: Assets; readonly publicUrl: () => string | null },
): void {
  const onRequest = createOwnPageHook(publicUrl);
  const ownPage = { ...browserRoute, onRequest };
  const withBody = <Body>(body: Body) => ({ ...ownPage, schema: { hide: true, body } });

  const requireBrowser = async (request: FastifyRequest): Promise<BrowserSession> => {
    // Calls with made-up cookies wait in the queue for made-up refresh tokens, so that they do not slow down others
    // (S-63).
    await takeRefreshTurn(deps, originOf(request));
    const session = await findBrowserSession(deps, readCookie(request, sessionCookie));
    if (session === null) throw new AppError("UNAUTHORIZED");
    admitSession(deps, request, session.actor);
    return session;
  };
  const presentToken = ({ accessToken, expiresInSeconds, sessionEndsOn }: PageToken): object => ({
    data: { accessToken, expiresIn: expiresInSeconds, sessionEndsOn },
    error: null,
  });

  app.post("/api/auth/token", ownPage, async (request) =>
    presentToken(await issuePageToken(deps, await requireBrowser(request))),
  );

  app.post("/api/auth/password", withBody(ChangePasswordRequest), async (request, reply) => {
    const session = await requireBrowser(request);
    const token = await changeBrowserPassword(deps, session, request.body, originOf(request));
    const leftSeconds = Math.ceil((Date.parse(session.endsOn) - deps.now().getTime()) / 1000);
    setCookie(reply, sessionCookie, token, leftSeconds);
    return reply.code(204).send();
  });

  app.post("/api/auth/company", withBody(SwitchCompanyRequest), async (request) =>
    presentToken(
      await switchBrowserCompany(deps, await requireBrowser(request), request.body.companyId, originOf(request)),
    ),
  );

  app.post("/api/auth/device/find", withBody(FindDeviceRequest), async (request) => {
    const typed = { session: await requireBrowser(request), userCode: request.body.userCode };
    return { data: await findWaitingDevice(deps, typed, originOf(request)), error: null };
  });

  app.post("/api/auth/device/approve", withBody(ApproveDeviceRequest), async (request, reply) => {
    const { userCode, companyId } = request.body;
    const typed = { session: await requireBrowser(request), userCode };
    await approveDevice(deps, typed, companyId, originOf(request));
    return reply.code(204).send();
  });

  app.post("/api/auth/device/deny", withBody(FindDeviceRequest), async (request, reply) => {
    const typed = { session: await requireBrowser(request), userCode: request.body.userCode };
    await denyDevice(deps, typed, originOf(request));
    return reply.code(204).send();
  });

  void app.register(async (forms: App) => {
    acceptForms(forms);

    forms.post("/api/auth/signin", ownPage, async (request, reply) => {
      const { email, password, returnTo } = readFields(request.body);
      const returnPath = toReturnPath(returnTo);
      const pair = { email, password };
      if (!isPair(request, pair)) return redirectToSignIn(reply, "failed", returnPath);
      const deviceToken = readCookie(request, deviceCookie);
      const credentials = { ...pair, ...(deviceToken !== undefined && { deviceToken }) };
      const signingIn = signInWithForm(deps, credentials, returnPath, originOf(request));
      const result = await unlessStoreFails(deps, "browser sign-in failed", signingIn, { outcome: "unavailable" });
      return answerSignIn(deps, request, reply, result, { returnPath, failurePath: returnPath });
    });

    const signOut = async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
      const endSessions = readFields(request.body)["everywhere"] === "1" ? endAllSessions : endBrowserSession;
      const ending = endSessions(deps, readCookie(request, sessionCookie), originOf(request)).then(() => true);
      // Keep the cookie, so that another attempt can end the session.
      if (!(await unlessStoreFails(deps, "cannot sign out a browser", ending, false))) {
        return redirectToSignIn(reply, "temporarily_unavailable");
      }
      clearCookie(reply, sessionCookie);
      return redirectToSignIn(reply, "signed_out");
    };
    forms.post("/api/auth/signout", ownPage, signOut);
    forms.get("/api/auth/signout", browserRoute, (request, reply) =>
      isOwnNavigation(request) ? signOut(request, reply) : sendSignOutQuestion(reply, assets),
    );
  });
}

/** Returns whether the fields of a form are what the API accepts for a sign-in. */
function isPair(request: FastifyRequest, pair: object): pair is Type.Static<typeof SignInRequest> {
  return request.validateInput(pair, SignInRequest);
}
