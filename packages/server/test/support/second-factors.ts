import { Browser } from "./browser.ts";
import { useBrowsers } from "./browser-sign-in.ts";
import { createFactor, type FakeFactor } from "./fake-supabase-factors.ts";
import type { HttpResponse } from "./http-client.ts";
import { createSupabasePerson, type Hybrid, type SupabasePerson } from "./hybrid-server.ts";

/** Path of the page that asks for the second factor. */
export const factorPage = "/login/second-factor";
/** Cookie of a browser that waits for the second factor. */
export const ticketCookie = "__Host-briksync_second_factor";

/** A person with second factors at Supabase, and a browser. */
export interface FactorOwner {
  readonly hybrid: Hybrid;
  readonly person: SupabasePerson;
  /** The first factor. */
  readonly app: FakeFactor;
  readonly browser: Browser;
}

/** Starts a server for one test, and creates a person with these factors. The default is an authenticator app. */
export async function useFactor(...factors: readonly FakeFactor[]): Promise<FactorOwner> {
  return createFactorOwner(await useBrowsers(), ...factors);
}

/** Creates a person with these factors. The default is an authenticator app. */
export async function createFactorOwner(hybrid: Hybrid, ...factors: readonly FakeFactor[]): Promise<FactorOwner> {
  const [app = createFactor("totp"), ...others] = factors;
  const person = await createSupabasePerson(hybrid, {}, { factors: [app, ...others] });
  return { hybrid, person, app, browser: new Browser(hybrid) };
}

/** Sends the form of the page with a code. */
export function enterCode(browser: Browser, code: string, factor = 0): Promise<HttpResponse> {
  return browser.open("/api/auth/second-factor", { code, factor: String(factor) });
}
