/** An app that uses the main entry point and its types. */
export const app = `
import { type AnyBrikSyncError, type ApiKey, BrikSync, isApiError, isBrikSyncError, Secret } from "@briksync/sdk";
function narrow(error: AnyBrikSyncError): string {
  switch (error.name) {
    case "ApiError": { const status: number = error.status; return String(status) + error.details?.length; }
    case "ResponseError": return error.clientSecret?.reveal() ?? "";
    case "RotationInterruptedError": return error.advice;
    case "ConfigurationError": case "ConnectionError": case "TimeoutError": case "AbortedError": return error.outcome;
    default: { const none: never = error; return none; }
  }
}
const client = new BrikSync({ accessToken: new Secret("token"), timeoutMs: 1000 });
export async function main(): Promise<string[]> {
  const names: string[] = [];
  for await (const key of client.keys.list({ status: "active" })) names.push(key.name);
  const created = await client.keys.create({ name: "CRM" });
  const text: string = created.clientSecret.reveal();
  const status: ApiKey["status"] = "active";
  // @ts-expect-error a secret is no string
  const wrong: string = created.clientSecret;
  // @ts-expect-error there is no such option
  new BrikSync({ timeout: 5 });
  try { await client.verify({ headers: new Headers(), ip: "203.0.113.7" }); }
  catch (error) {
    if (isApiError(error, "RATE_LIMITED")) names.push(String(error.retryAfterSeconds));
    if (isBrikSyncError(error)) names.push(narrow(error));
  }
  return [...names, text, status, wrong];
}`;

/** A test that uses the entry point for tests, with msw. */
export const testing = `
import { FakeBrikSync } from "@briksync/sdk/testing";
import { BrikSync } from "@briksync/sdk";
import { setupServer } from "msw/node";
const fake = new FakeBrikSync();
export const server = setupServer(...fake.handlers);
export const client = new BrikSync({ fetch: fake.fetch, session: fake.addSession() });
fake.fail({ kind: "lost-answer", operation: "createKey" });`;

/** Code for browsers, where the types forbid secrets. */
export const browser = `
import { BrikSync } from "@briksync/sdk/browser";
new BrikSync({ accessToken: "token" });
// @ts-expect-error no secret in a browser
new BrikSync({ clientSecret: "sec_1" });
// @ts-expect-error no secret in a browser
new BrikSync("sec_1");
// @ts-expect-error no verify in a browser
new BrikSync().verify();`;
