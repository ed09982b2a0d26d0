import { lowerAscii } from "../call/fold-name.ts";
import { allow, type FakeUserActor } from "./fake-actors.ts";
import { recordEvent } from "./fake-audit.ts";
import { FakeFields } from "./fake-fields.ts";
import { FakeRefusal, refuseField } from "./fake-refusal.ts";
import { answerPage, type FakeAnswer, type FakeRequest, reply } from "./fake-request.ts";
import type { FakeOpening, FakeSession, FakeState, FakeUser } from "./fake-state.ts";

/** How long an access token works, in seconds. */
export const accessTokenSeconds = 900;
/** How long a session lasts after a refresh, in seconds. The fake server never ends one by itself. */
const refreshTokenSeconds = 2_592_000;
const passwordMinLength = 15;

/** Creates a session with its first tokens. */
export function openSession(
  state: FakeState,
  user: FakeUser,
  companyId: string,
  opening: Partial<FakeOpening> = {},
): FakeSession {
  const createdOn = state.now().toISOString();
  const session: FakeSession = {
    id: crypto.randomUUID(),
    userId: user.id,
    companyId,
    refreshToken: "",
    isEnded: false,
    opening: { openedWith: "password", hostName: null, client: null, ip: null, ...opening },
    createdOn,
    lastUsedOn: createdOn,
  };
  state.sessions.push(session);
  issueRefreshToken(state, session);
  return session;
}

/** Returns a new access token of a session. */
export function issueAccessToken(state: FakeState, session: FakeSession): string {
  const accessToken = `fake_access_${crypto.randomUUID()}`;
  const expiresAtMs = state.now().getTime() + accessTokenSeconds * 1000;
  state.tokens.set(accessToken, { session, companyId: session.companyId, expiresAtMs });
  return accessToken;
}

function issueRefreshToken(state: FakeState, session: FakeSession): void {
  session.refreshToken = `fake_refresh_${crypto.randomUUID()}`;
  state.refreshTokens.set(session.refreshToken, session);
}

/**
 * Returns the token of the device. Keeps the presented token if it belongs to the user, and creates a new one
 * otherwise.
 */
function rememberDevice(state: FakeState, session: FakeSession, presented: string | undefined): string {
  const known = presented === undefined ? undefined : state.devices.get(presented);
  if (presented !== undefined && known?.userId === session.userId) {
    known.session = session;
    return presented;
  }
  const deviceToken = `fake_device_${crypto.randomUUID().replaceAll("-", "")}`;
  state.devices.set(deviceToken, { userId: session.userId, session });
  return deviceToken;
}

/** Ends all sessions of the actor except that of the call, and returns how many. */
function endOthers({ state }: FakeRequest, { user, token }: FakeUserActor): number {
  const isOther = (session: FakeSession): boolean => session.userId === user.id && session !== token.session;
  const others = state.sessions.filter((session) => isOther(session) && !session.isEnded);
  for (const session of others) session.isEnded = true;
  return others.length;
}

function requireMembership(user: FakeUser, companyId: string): void {
  if (!user.privileges.has(companyId)) {
    throw new FakeRefusal("FORBIDDEN", { message: "You do not belong to this company" });
  }
}

function presentSignIn(state: FakeState, session: FakeSession): object {
  const user = state.users.get(session.userId);
  if (user === undefined) throw new FakeRefusal("UNAUTHORIZED");
  return {
    accessToken: issueAccessToken(state, session),
    refreshToken: session.refreshToken,
    expiresIn: accessTokenSeconds,
    ...presentPerson(state, user, session.companyId),
  };
}

function presentPerson(state: FakeState, user: FakeUser, companyId: string): object {
  const { id, firstName, lastName, email, mustChangePassword } = user;
  const companies = [...user.privileges].map(([memberOf, privilege]) => ({
    id: memberOf,
    name: state.companies.get(memberOf)?.name ?? "",
    privilege,
  }));
  const activeCompany = { id: companyId, name: state.companies.get(companyId)?.name ?? "" };
  return { user: { id, firstName, lastName, email, mustChangePassword }, activeCompany, companies };
}

/** Ends the session of a call. Its tokens stop working immediately. */
function signOut(request: FakeRequest, actor: FakeUserActor): FakeAnswer {
  actor.token.session.isEnded = true;
  recordEvent(request, "session.signed_out", { actor });
  return { status: 204 };
}

/** The operations of sessions. */
export const sessionRoutes = {
  // Ignores the case of the email. A wrong email and a wrong password get the same refusal.
  signIn: allow.everybody("POST", "/signin", (request) => {
    const { state } = request;
    const fields = new FakeFields(request.body, ["email", "password"], ["companyId", "deviceToken"]);
    const email = lowerAscii(fields.text("email"));
    const user = [...state.users.values()].find((candidate) => lowerAscii(candidate.email) === email);
    const [firstCompanyId] = user?.privileges.keys() ?? [];
    const companyId = fields.has("companyId") ? fields.text("companyId") : firstCompanyId;
    const isRight = user !== undefined && user.password === fields.text("password");
    if (!isRight || companyId === undefined) {
      recordEvent(request, "session.sign_in_failed", { ...(firstCompanyId && { companyId: firstCompanyId }) });
      throw new FakeRefusal("SIGN_IN_FAILED");
    }
    requireMembership(user, companyId);
    recordEvent(request, "session.signed_in", { user, companyId });
    const client = request.headers.get("user-agent");
    const session = openSession(state, user, companyId, { client, ip: request.ip });
    const presented = fields.has("deviceToken") ? fields.text("deviceToken") : undefined;
    const deviceToken = rememberDevice(state, session, presented);
    return reply({ ...presentSignIn(state, session), deviceToken });
  }),

  // Each refresh token works once, and reuse ends the session.
  refreshSession: allow.everybody("POST", "/refresh", (request) => {
    const { state } = request;
    const refreshToken = new FakeFields(request.body, ["refreshToken"]).text("refreshToken");
    const session = state.refreshTokens.get(refreshToken);
    if (session === undefined || session.isEnded) throw new FakeRefusal("UNAUTHORIZED");
    if (session.refreshToken !== refreshToken) {
      session.isEnded = true;
      recordEvent(request, "session.revoked", { companyId: session.companyId });
      throw new FakeRefusal("UNAUTHORIZED");
    }
    session.lastUsedOn = state.now().toISOString();
    issueRefreshToken(state, session);
    return reply(presentSignIn(state, session));
  }),

  signOut: allow.user("POST", "/signout", signOut),

  getSession: allow.user("GET", "/me", (request, { token, user, company }) => {
    const endsOn = new Date(request.state.now().getTime() + refreshTokenSeconds * 1000).toISOString();
    const expiresAt = new Date(token.expiresAtMs).toISOString();
    const session = { id: token.session.id, expiresAt, endsOn, endsAtLatestOn: null };
    return reply({ ...presentPerson(request.state, user, company.id), session, plan: company.plan, ip: request.ip });
  }),

  // Returns tokens for another company of the user.
  switchCompany: allow.user("POST", "/switch-company", (request, actor) => {
    const companyId = new FakeFields(request.body, ["companyId"]).text("companyId");
    requireMembership(actor.user, companyId);
    const { session } = actor.token;
    session.companyId = companyId;
    issueRefreshToken(request.state, session);
    recordEvent(request, "session.company_switched", { user: actor.user, companyId });
    return reply(presentSignIn(request.state, session));
  }),

  // Requires 15 characters. All other sessions of the user end, and their devices are forgotten.
  changePassword: allow.user("POST", "/password", (request, actor) => {
    const fields = new FakeFields(request.body, ["currentPassword", "newPassword"]);
    const newPassword = fields.text("newPassword");
    if (fields.text("currentPassword") !== actor.user.password) {
      throw new FakeRefusal("SIGN_IN_FAILED", { message: "The current password is wrong" });
    }
    if ([...newPassword].length < passwordMinLength) {
      throw refuseField("/newPassword", `must have at least ${passwordMinLength} characters`);
    }
    actor.user.password = newPassword;
    actor.user.mustChangePassword = false;
    endOthers(request, actor);
    for (const [deviceToken, { userId, session }] of request.state.devices) {
      if (userId === actor.user.id && session !== actor.token.session) request.state.devices.delete(deviceToken);
    }
    recordEvent(request, "password.changed", { actor });
    return { status: 204 };
  }),

  // The user's own sessions, newest use first.
  listSessions: allow.user("GET", "/sessions", (request, { user, token }) => {
    const { state } = request;
    const own = state.sessions.filter((session) => session.userId === user.id && !session.isEnded);
    const items = own
      .reverse()
      .sort((one, other) => other.lastUsedOn.localeCompare(one.lastUsedOn))
      .map((session) => {
        const { id, opening, createdOn, lastUsedOn, companyId } = session;
        const expiresOn = new Date(Date.parse(lastUsedOn) + refreshTokenSeconds * 1000).toISOString();
        const name = state.companies.get(companyId)?.name;
        const company = name === undefined || !user.privileges.has(companyId) ? null : { id: companyId, name };
        return { id, current: session === token.session, ...opening, createdOn, lastUsedOn, expiresOn, company };
      });
    return answerPage(request, items);
  }),

  // Ends one of the user's own sessions.
  endSession: allow.user("DELETE", "/sessions/{id}", (request, actor) => {
    const session = request.state.sessions.find(({ id }) => id === request.params["id"]);
    if (session === undefined || session.userId !== actor.user.id) throw new FakeRefusal("NOT_FOUND");
    if (session === actor.token.session) return signOut(request, actor);
    if (!session.isEnded) {
      session.isEnded = true;
      const { hostName, client } = session.opening;
      recordEvent(request, "session.signed_out", { actor, details: { sessionId: session.id, hostName, client } });
    }
    return { status: 204 };
  }),

  // Ends all sessions of the user except that of the call, and all waiting device sign-ins.
  endOtherSessions: allow.user("DELETE", "/sessions", (request, actor) => {
    for (const signIn of request.state.deviceSignIns.values()) {
      const isApproved = typeof signIn.decision === "object" && signIn.decision.user === actor.user;
      if (isApproved && signIn.session === null) signIn.decision = "denied";
    }
    const endedSessions = endOthers(request, actor);
    const details = { endedSessions, exceptSessionId: actor.token.session.id };
    if (endedSessions > 0) recordEvent(request, "session.signed_out", { actor, details });
    return reply({ endedSessions });
  }),
};
