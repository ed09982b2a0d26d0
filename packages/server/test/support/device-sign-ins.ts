import { expect } from "vitest";
import { type SignInAttempt, SignInLimiter } from "../../src/domain/sign-in-limits/sign-in-limiter.ts";
import type { HttpClient, HttpResponse } from "./http-client.ts";
import { useTestServer } from "./lifetimes.ts";
import type { Person } from "./people.ts";
import type { TestServer } from "./start-server.ts";

/** Path of the operations of sessions. */
export const auth = "/external/v1/auth";
/** A day, in milliseconds. */
export const dayMs = 86_400_000;
/** Address of the tests. */
export const address = "127.0.0.1";

/** Signs in with or without a device token. */
export function signInWithDevice(client: HttpClient, person: Pick<Person, "email" | "password">, deviceToken?: string) {
  const { email, password } = person;
  return client.call("POST", `${auth}/signin`, {
    json: { email, password, ...(deviceToken === undefined ? {} : { deviceToken }) },
  });
}

/** Signs in, and returns the device token of the response. The sign-in must succeed. */
export async function getDeviceToken(client: HttpClient, person: Person, deviceToken?: string): Promise<string> {
  const response = await signInWithDevice(client, person, deviceToken);
  expect(response.status).toBe(200);
  return response.body.deviceToken;
}

/** Returns a response without the parts that always differ. */
export function stripIdentity({ status, rawHeaders, body }: HttpResponse): unknown {
  const headers = rawHeaders.map((text, index) =>
    /^(date|x-request-id)$/i.test(rawHeaders[index - 1] ?? "") ? "(differs)" : text,
  );
  return { status, headers, body: { ...body, error: { ...body.error, requestId: "(differs)" } } };
}

/** Uses up a budget, as far as the limiter allows it. */
export function useUpBudget(limiter: SignInLimiter, attempts: readonly SignInAttempt[]): void {
  for (const attempt of attempts) {
    const admission = limiter.admit(attempt);
    if (admission.allowed) limiter.recordFailure(admission.attempt);
  }
}

/** Starts a server with frozen time for its limits, for one test. */
export const useFrozenServer = (): Promise<TestServer> =>
  useTestServer({}, (deps) => ({
    ...deps,
    signInLimiter: new SignInLimiter({
      nowMs: () => 0,
      maxEntries: 10_000,
      digest: (text) => deps.secretHasher.digestToken("sign-in-limit", text),
    }),
  }));

/** Returns an attempt to sign in with a person's password. */
export function attemptOf({ userId, email }: Person): Extract<SignInAttempt, { kind: "password" }> {
  return { kind: "password", login: email, accountId: userId, address };
}
