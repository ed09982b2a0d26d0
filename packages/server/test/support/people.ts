import { randomUUID } from "node:crypto";
import type { Plan, Privilege } from "../../src/domain/access.ts";
import { createAdmin } from "../../src/domain/accounts/create-admin.ts";
import type { Dependencies } from "../../src/domain/dependencies.ts";
import type { HttpClient, HttpResponse } from "./http-client.ts";

/** A long password that is unrelated to any user and not in any list of common passwords. */
export const goodPassword = "marble-otter-lantern-drift";

/** Another password of this kind. */
export const otherPassword = "seventeen quiet copper kettles";

/** A user with their company, for tests. */
export interface Person {
  readonly userId: string;
  readonly email: string;
  readonly password: string;
  readonly companyId: string;
  readonly companyName: string;
}

/** Creates a user, and a company by default, as `admin create` does. */
export async function createPerson(
  deps: Dependencies,
  options: {
    readonly plan?: Plan;
    readonly privilege?: Privilege;
    readonly company?: string;
    readonly email?: string;
    readonly username?: string;
    readonly mustChangePassword?: boolean;
    readonly password?: string;
  } = {},
): Promise<Person> {
  const unique = randomUUID().slice(0, 8);
  const password = options.password ?? goodPassword;
  const email = options.email ?? `ada-${unique}@partner.example`;
  const isNew = (await deps.store.users.findByLogin(email)) === null;
  const { user, company } = await createAdmin(deps, {
    email,
    ...(options.username === undefined ? {} : { username: options.username }),
    firstName: "Ada",
    lastName: "Lovelace",
    company: options.company ?? `Acme ${unique}`,
    ...(options.plan === undefined ? {} : { plan: options.plan }),
    privilege: options.privilege ?? 1,
    mustChangePassword: options.mustChangePassword === true,
    // An existing user only joins another company, and keeps their password.
    ...(isNew ? { password } : {}),
  });
  return { userId: user.id, email: user.email, password, companyId: company.id, companyName: company.name };
}

/** Tokens of a person who signed in. */
export interface SignedIn extends Person {
  readonly token: string;
  readonly refreshToken: string;
}

/** Sends a sign-in, and returns the response. */
export function sendSignIn(
  client: HttpClient,
  email: string,
  password: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<HttpResponse> {
  return client.call("POST", "/external/v1/auth/signin", { json: { email, password }, headers });
}

/** Signs in over HTTP. Throws if the server refuses. */
export async function signInPerson(client: HttpClient, person: Person): Promise<SignedIn> {
  const { status, body, text } = await client.call("POST", "/external/v1/auth/signin", {
    json: { email: person.email, password: person.password },
  });
  if (status !== 200) throw new Error(`Sign-in answered ${status}: ${text}`);
  return { ...person, token: body.accessToken, refreshToken: body.refreshToken };
}

/** Creates a person and signs in. */
export async function createSignedIn(
  server: HttpClient & { readonly deps: Dependencies },
  options: Parameters<typeof createPerson>[1] = {},
): Promise<SignedIn> {
  return signInPerson(server, await createPerson(server.deps, options));
}
