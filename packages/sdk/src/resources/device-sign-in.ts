import type { Api } from "../call/api.ts";
import { checkFields } from "../call/option-names.ts";
import { hasTexts } from "../call/response-shape.ts";
import { AbortedError } from "../errors/errors.ts";
import { isApiError, isBrikSyncError } from "../errors/guards.ts";
import type { CallOptions } from "../models/call-options.ts";
import type { DeviceSignIn, DeviceSignInInput } from "../models/device-sign-in.ts";
import type { SessionInfo, SignInResult } from "../models/session-info.ts";
import { Deadline } from "../transport/deadline.ts";
import { exchangeDeviceCode } from "./exchange.ts";

/** The time that `SLOW_DOWN` adds to the interval (RFC 8628, section 3.5). */
const slowDownMs = 5_000;
/** The longest wait after a failure. It is shorter than the time for which the server returns lost tokens again. */
const longestBackoffMs = 20_000;

/** The tokens and the user of a new session. */
export type DeviceGrant = Omit<SignInResult, "session">;

/** Dependencies of {@link startDeviceSignIn}. */
export interface DeviceSignInParts {
  readonly now: () => number;
  /** Reads the session of an access token. */
  readonly readSession: (accessToken: string, signal: AbortSignal | undefined) => Promise<SessionInfo>;
  /** Saves the session. */
  readonly finish: (grant: DeviceGrant) => Promise<SignInResult>;
}

/** Starts a sign-in of a device. */
export async function startDeviceSignIn(
  api: Api,
  input: DeviceSignInInput,
  { now, readSession, finish }: DeviceSignInParts,
  options: CallOptions | undefined,
): Promise<DeviceSignIn> {
  checkFields(input, ["hostName", "clientVersion"]);
  const started = await api.request("POST", "/device", options, {
    form: { host_name: input.hostName, client_version: input.clientVersion },
    isAnonymous: true,
    // A retry may start a second sign-in. Nobody has seen the code of the first one, so it expires unused.
    repetition: "safe",
    feature: "auth.startDeviceSignIn",
    accepts: hasTexts("device_code", "user_code", "verification_uri"),
  });
  const expiresAtMs = now() + started.expires_in * 1000;
  const poller = { api, deviceCode: started.device_code, now, readSession, expiresAtMs };
  // Calls of `wait` share the tokens, because a second use of the code would end the session.
  let grant: Promise<DeviceGrant> | null = null;
  return {
    userCode: started.user_code,
    verificationUri: started.verification_uri,
    verificationUriComplete: started.verification_uri_complete,
    expiresAt: new Date(expiresAtMs).toISOString(),
    wait: async ({ signal } = {}) => {
      grant ??= poll(poller, started.interval * 1000, signal).catch((error: unknown) => {
        grant = null;
        throw error;
      });
      return finish(await grant);
    },
  };
}

interface Poller extends Pick<DeviceSignInParts, "readSession"> {
  readonly api: Api;
  readonly deviceCode: string;
  readonly now: () => number;
  readonly expiresAtMs: number;
}

/** Polls until the server decides (RFC 8628, section 3.5). */
async function poll(poller: Poller, firstIntervalMs: number, signal: AbortSignal | undefined): Promise<DeviceGrant> {
  let intervalMs = firstIntervalMs;
  let failures = 0;
  for (;;) {
    await pause(
      Math.max(intervalMs, failures === 0 ? 0 : Math.min(longestBackoffMs, intervalMs * 2 ** failures)),
      signal,
    );
    try {
      return await redeem(poller, signal);
    } catch (error) {
      if (isApiError(error, "SLOW_DOWN")) intervalMs += slowDownMs;
      if (isApiError(error, "AUTHORIZATION_PENDING") || isApiError(error, "SLOW_DOWN")) failures = 0;
      else if (mayRecover(error) && poller.now() < poller.expiresAtMs) failures++;
      else throw error;
    }
  }
}

/** Returns whether a later poll may succeed. This is true if the network, the server or a gateway failed. */
function mayRecover(error: unknown): boolean {
  if (!isBrikSyncError(error)) return false;
  if (error.name === "ConnectionError" || error.name === "TimeoutError" || error.name === "ResponseError") return true;
  return error.name === "ApiError" && (error.status === 429 || error.status >= 500);
}

async function redeem({ api, deviceCode, readSession }: Poller, signal: AbortSignal | undefined): Promise<DeviceGrant> {
  const tokens = await exchangeDeviceCode(api, deviceCode, { signal });
  const { access_token: accessToken, refresh_token: refreshToken, expires_in: expiresIn } = tokens;
  const { user, activeCompany, companies } = await readSession(accessToken, signal);
  return {
    accessToken,
    ...(refreshToken !== undefined && { refreshToken }),
    expiresIn,
    user,
    activeCompany,
    companies,
  };
}

/** Waits. Throws `AbortedError` as soon as the signal aborts. */
async function pause(delayMs: number, signal: AbortSignal | undefined): Promise<void> {
  const deadline = new Deadline(Number.POSITIVE_INFINITY, signal);
  await deadline.wait(delayMs);
  deadline.close();
  if (deadline.stoppedBy === null) return;
  const facts = { type: "ABORTED", outcome: "not-sent", retryable: true, attempts: 0, cause: signal?.reason } as const;
  throw new AbortedError("The wait for the sign-in was aborted.", facts);
}
