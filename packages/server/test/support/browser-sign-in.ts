import { expect } from "vitest";

import { type Browser, publicUrl } from "./browser.ts";
import type { FakeUser } from "./fake-supabase-state.ts";
import { type Hybrid, useHybrid } from "./hybrid-server.ts";
import { createPerson, type Person } from "./people.ts";

const providers = "google,github";

/** Starts a server and a Supabase project with two providers, for one test. */
export const useBrowsers = (environment: Record<string, string> = {}): Promise<Hybrid> =>
  useHybrid({ PUBLIC_URL: publicUrl, SUPABASE_PROVIDERS: providers, ...environment });

/** Invites a user who has an account at Supabase. */
export async function invite(
  { server, supabase }: Hybrid,
  account: Partial<FakeUser> = {},
): Promise<Person & { user: FakeUser }> {
  const person = await createPerson(server.deps);
  return { ...person, user: supabase.project.addUser({ email: person.email, party: "google", ...account }) };
}

/** Starts a sign-in with a provider and returns the callback URL with its code. */
export async function getCallbackUrl(
  hybrid: Hybrid,
  browser: Browser,
  user: FakeUser,
  returnTo = "/settings",
): Promise<URL> {
  const begun = await browser.open(`/api/auth/start?provider=google&returnTo=${encodeURIComponent(returnTo)}`);
  expect(begun.status).toBe(303);
  return hybrid.supabase.visitAuthorize(String(begun.headers.location), user);
}

/** Returns the path and query of a URL. */
export const pathOf = ({ pathname, search }: URL): string => `${pathname}${search}`;
