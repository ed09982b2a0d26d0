import { type Browser, openBrowser } from "./browser.ts";
import type { Call, HttpClient, HttpResponse } from "./http-client.ts";
import { createSignedIn, type SignedIn } from "./people.ts";
import type { TestServer } from "./start-server.ts";

const auth = "/external/v1/auth";

/** Returns a form request as devices send it. */
function formRequest(path: string, fields: Readonly<Record<string, string>>) {
  return {
    method: "POST",
    path: `${auth}${path}`,
    headers: { "content-type": "application/x-www-form-urlencoded" },
    body: new URLSearchParams(fields).toString(),
  };
}

/** Returns the call with which a device starts a sign-in. */
export const startRequest = (fields: Readonly<Record<string, string>> = {}) =>
  formRequest("/device", { host_name: "laptop", client_version: "briksync 1.2.3", ...fields });

/** Returns the call with which a device polls. */
export const pollRequest = (deviceCode: string) =>
  formRequest("/token", { grant_type: "urn:ietf:params:oauth:grant-type:device_code", device_code: deviceCode });

function send(server: HttpClient, { method, path, ...call }: ReturnType<typeof formRequest>, more: Call = {}) {
  return server.call(method, path, { ...call, ...more });
}

/** Starts a sign-in and returns the response. */
export async function startDevice(server: HttpClient, fields: Readonly<Record<string, string>> = {}) {
  return (await send(server, startRequest(fields))).body;
}

/** Polls as a device does. */
export function poll(server: HttpClient, deviceCode: string): Promise<HttpResponse> {
  return send(server, pollRequest(deviceCode));
}

/** Approves a code in a browser. */
export function approve(browser: Browser, userCode: string, companyId: string): Promise<HttpResponse> {
  return browser.fetch("/api/auth/device/approve", { userCode, companyId });
}

/** Starts a sign-in that a person approves for the company of their session. */
export async function startApprovedDevice(
  server: HttpClient,
  person: Pick<SignedIn, "email" | "password" | "companyId">,
) {
  const started = await startDevice(server);
  const response = await approve(await openBrowser(server, person), started.user_code, person.companyId);
  if (response.status !== 204) throw new Error(`approve answered ${response.status}: ${response.text}`);
  return started;
}

/** Starts a sign-in, and opens a browser of a new person. */
export async function beginSignIn(server: TestServer, device: Record<string, string> = {}) {
  const person = await createSignedIn(server);
  const browser = await openBrowser(server, person);
  const started = await startDevice(server, device);
  return { person, browser, started, code: started.device_code as string, userCode: started.user_code as string };
}
