import type { SignInResult } from "./session-info.ts";

/** How a client without a browser can sign in. New servers may return values that this version does not know. */
export type SignInMethod = "browser" | "password" | (string & {});

/** Input of `auth.startDeviceSignIn`. The page in the browser shows it to the user. */
export interface DeviceSignInInput {
  /** Name of this machine. */
  readonly hostName: string;
  /** Name and version of your program, such as `reports 2.1.0`. */
  readonly clientVersion: string;
}

/** Options of `wait`. */
export interface DeviceWaitOptions {
  /** Stops the wait. The sign-in on the server ends by itself. */
  readonly signal?: AbortSignal | undefined;
}

/** A started sign-in. Show the code and the address to the user, then call `wait`. */
export interface DeviceSignIn {
  /** Code that the user types or confirms, such as `BCDF-GHJK`. */
  readonly userCode: string;
  /** Page on which the user enters the code. */
  readonly verificationUri: string;
  /** The same page with the code filled in, for a link or a QR code. */
  readonly verificationUriComplete: string;
  /** When the code expires (ISO 8601). */
  readonly expiresAt: string;
  /**
   * Polls until the user has decided. Returns the session, and saves it as `auth.signIn` does. Polls less often when
   * the server asks for it, and continues after network failures until the code expires.
   *
   * @throws {ApiError} `ACCESS_DENIED` if the user denied the sign-in, or `DEVICE_CODE_EXPIRED` if nobody approved it
   * in time.
   * @throws {AbortedError} if the signal aborted the wait.
   */
  wait(options?: DeviceWaitOptions): Promise<SignInResult>;
}
