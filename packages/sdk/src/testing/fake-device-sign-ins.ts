import { allow } from "./fake-actors.ts";
import { recordEvent } from "./fake-audit.ts";
import { FakeRefusal, refuseField } from "./fake-refusal.ts";
import { type FakeAnswer, type FakeRequest, reply } from "./fake-request.ts";
import { createHex } from "./fake-secrets.ts";
import { accessTokenSeconds, issueAccessToken, openSession } from "./fake-sessions.ts";
import type { FakeDeviceSignIn, FakeState } from "./fake-state.ts";

const codeLetters = "BCDFGHJKLMNPQRSTVWXZ";
const lifetimeSeconds = 600;
const slowDownSeconds = 5;
/** How much earlier than the interval a poll may arrive. */
const leewayMs = 1_000;
const replayMs = 60_000;

/**
 * POST /token with a device code: returns the tokens after the user has approved, and again for a minute until they are
 * used.
 */
export function redeemDeviceCode(request: FakeRequest): FakeAnswer {
  const { state, text } = request;
  const signIn = state.deviceSignIns.get(new URLSearchParams(text).get("device_code") ?? "");
  const nowMs = state.now().getTime();
  if (signIn === undefined || signIn.expiresAtMs <= nowMs) throw new FakeRefusal("DEVICE_CODE_EXPIRED");
  if (signIn.decision === "denied") throw new FakeRefusal("ACCESS_DENIED");
  if (signIn.decision === "open") throw notePoll(signIn, nowMs);
  const { user, companyId } = signIn.decision;
  if (signIn.session === null) {
    signIn.session = openSession(state, user, companyId, {
      openedWith: "device",
      hostName: signIn.hostName,
      client: signIn.clientVersion,
      ip: request.ip,
    });
    signIn.spentAtMs = nowMs;
    signIn.refreshToken = signIn.session.refreshToken;
    recordEvent(request, "session.signed_in", { user, companyId });
  } else {
    const isUnused = signIn.session.refreshToken === signIn.refreshToken && !signIn.session.isEnded;
    if (!isUnused || nowMs - (signIn.spentAtMs ?? 0) >= replayMs) {
      signIn.session.isEnded = true;
      throw new FakeRefusal("DEVICE_CODE_EXPIRED");
    }
  }
  return reply({
    access_token: issueAccessToken(state, signIn.session),
    token_type: "Bearer",
    expires_in: accessTokenSeconds,
    refresh_token: signIn.session.refreshToken,
  });
}

/** Returns the open sign-in of a user code, without regard to case, spaces and dashes. Throws if there is none. */
export function findOpenSignIn(state: FakeState, userCode: string): FakeDeviceSignIn {
  const letters = (code: string): string => code.replace(/[\s-]/g, "").toUpperCase();
  const found = [...state.deviceSignIns.values()].find((signIn) => letters(signIn.userCode) === letters(userCode));
  const isOpen = found?.decision === "open" && found.expiresAtMs > state.now().getTime();
  if (found === undefined || !isOpen) throw new Error(`No sign-in waits with the code ${userCode}.`);
  return found;
}

function notePoll(signIn: FakeDeviceSignIn, nowMs: number): FakeRefusal {
  const { polledAtMs, intervalMs } = signIn;
  signIn.polledAtMs = nowMs;
  if (polledAtMs === null || nowMs - polledAtMs >= intervalMs - leewayMs)
    return new FakeRefusal("AUTHORIZATION_PENDING");
  signIn.intervalMs += slowDownSeconds * 1000;
  return new FakeRefusal("SLOW_DOWN");
}

function createUserCode(): string {
  const letters = Array.from({ length: 8 }, () => codeLetters[Math.floor(Math.random() * codeLetters.length)]).join("");
  return `${letters.slice(0, 4)}-${letters.slice(4)}`;
}

/** The operations of device sign-ins. */
export const deviceRoutes = {
  getSignInMethods: allow.everybody("GET", "/signin/methods", () => reply({ methods: ["browser", "password"] })),

  // Starts a sign-in that waits for `approveDeviceSignIn` or `denyDeviceSignIn`.
  startDeviceSignIn: allow.everybody("POST", "/device", ({ state, text, origin }) => {
    const form = new URLSearchParams(text);
    const [hostName, clientVersion] = ["host_name", "client_version"].map((name) => {
      const value = form.get(name);
      if (value === null) throw refuseField(`/${name}`, "is missing");
      if (value.trim() === "" || [...value].length > 100)
        throw refuseField(`/${name}`, "must have 1 to 100 characters");
      return value.trim();
    }) as [string, string];
    const userCode = createUserCode();
    const deviceCode = `dev_${createHex(48)}`;
    state.deviceSignIns.set(deviceCode, {
      userCode,
      hostName,
      clientVersion,
      expiresAtMs: state.now().getTime() + lifetimeSeconds * 1000,
      intervalMs: state.devicePollSeconds * 1000,
      polledAtMs: null,
      decision: "open",
      session: null,
      spentAtMs: null,
    });
    return reply({
      device_code: deviceCode,
      user_code: userCode,
      verification_uri: `${origin}/device`,
      verification_uri_complete: `${origin}/device?code=${userCode}`,
      expires_in: lifetimeSeconds,
      interval: state.devicePollSeconds,
    });
  }),
};
