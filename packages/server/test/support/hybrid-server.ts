import type { Dependencies } from "../../src/domain/dependencies.ts";
import { type FakeSupabase, useFakeSupabase } from "./fake-supabase.ts";
import type { FakeSession, FakeUser } from "./fake-supabase-state.ts";
import type { HttpResponse } from "./http-client.ts";
import { useTestServer } from "./lifetimes.ts";
import { createPerson, type Person } from "./people.ts";
import type { TestServer } from "./start-server.ts";

/** A server and the Supabase project whose sessions it accepts, with the same clock. */
export interface Hybrid {
  readonly server: TestServer;
  readonly supabase: FakeSupabase;
}

/** Starts both for one test. */
export async function useHybrid(environment: Readonly<Record<string, string>> = {}): Promise<Hybrid> {
  const supabase = await useFakeSupabase();
  const server = await useTestServer({
    SUPABASE_URL: supabase.url,
    SUPABASE_PUBLISHABLE_KEY: supabase.publishableKey,
    ...environment,
  });
  supabase.project.now = server.clock.now;
  return { server, supabase };
}

/** A person whom an admin invited and who has an account at Supabase, with a session. */
export interface SupabasePerson extends Person {
  readonly account: FakeUser;
  readonly token: string;
  readonly sessionId: string;
}

/** Creates the person on both sides, and signs in at Supabase. */
export async function createSupabasePerson(
  { server, supabase }: { readonly server: { readonly deps: Dependencies }; readonly supabase: FakeSupabase },
  options: Parameters<typeof createPerson>[1] = {},
  account: Partial<FakeUser> = {},
): Promise<SupabasePerson> {
  const person = await createPerson(server.deps, options);
  const user = supabase.project.addUser({ email: person.email, password: person.password, ...account });
  const { session, token } = await supabase.signIn(user);
  return { ...person, account: user, token, sessionId: session.id };
}

/** Returns a person's session in the fake project. */
export function findSession({ supabase }: Hybrid, { sessionId }: SupabasePerson): FakeSession {
  const session = supabase.project.sessions.find(({ id }) => id === sessionId);
  if (session === undefined) throw new Error(`The project has no session ${sessionId}.`);
  return session;
}

/** Returns the response of getMe for a token. */
export function getMe({ server }: Hybrid, token: string): Promise<HttpResponse> {
  return server.call("GET", "/external/v1/auth/me", { token });
}
