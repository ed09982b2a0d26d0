import type { Grant } from "../models/trust.ts";
import type { EventActor } from "./fake-audit.ts";
import { FakeRefusal } from "./fake-refusal.ts";
import { type FakeAnswer, type FakeRequest, readBearer, reply } from "./fake-request.ts";
import type { FakeCompany, FakeToken, FakeUser } from "./fake-state.ts";
import { actAs, findGrant } from "./pipelines/fake-grants.ts";

/** A user, a job or an automation token, and its company. */
export interface FakeActor extends EventActor {
  /** Name by which other people recognize the actor. */
  readonly label: string;
  readonly company: FakeCompany;
  /** IDs of the only keys that the actor may see. Null for users. */
  readonly keyIds: readonly string[] | null;
}

/** The user and company of a session call. */
export interface FakeUserActor extends FakeActor {
  readonly kind: "user";
  readonly token: FakeToken;
  readonly user: FakeUser;
  readonly privilege: number;
}

/** Returns the signed-in user of a request. Throws `UNAUTHORIZED`, and `SCOPE_DENIED` for other tokens. */
function requireActor(request: FakeRequest): FakeUserActor {
  if (findGrant(request) !== null) throw new FakeRefusal("SCOPE_DENIED");
  const { state, headers } = request;
  const token = state.tokens.get(readBearer(headers) ?? "");
  const user = token && state.users.get(token.session.userId);
  const company = token && state.companies.get(token.companyId);
  const privilege = company && user?.privileges.get(company.id);
  const isLive = token !== undefined && !token.session.isEnded && token.expiresAtMs > state.now().getTime();
  if (!isLive || user === undefined || company === undefined || privilege === undefined) {
    throw new FakeRefusal("UNAUTHORIZED");
  }
  const { id, email } = user;
  return { kind: "user", id, email, label: email, keyIds: null, token, user, company, privilege };
}

/** Returns the signed-in user if they can manage keys. Throws the same refusals as the server, in the same order. */
function requireKeyManager(request: FakeRequest, needsBusinessPlan = false): FakeUserActor {
  const actor = requireActor(request);
  if (actor.user.mustChangePassword) throw new FakeRefusal("PASSWORD_CHANGE_REQUIRED");
  if (actor.privilege > 2) throw new FakeRefusal("FORBIDDEN");
  if (needsBusinessPlan && actor.company.plan !== "BUSINESS") throw new FakeRefusal("PLAN_UPGRADE_REQUIRED");
  return actor;
}

/**
 * Returns the actor of a call that jobs and automation tokens may make too. They may only see the keys of their grant,
 * and need the BUSINESS plan to change something.
 */
function requireKeyUser(
  request: FakeRequest,
  { changes = false, needsBusinessPlan = false }: { changes?: boolean; needsBusinessPlan?: boolean } = {},
): FakeActor {
  const found = findGrant(request);
  if (found === null) return requireKeyManager(request, needsBusinessPlan);
  const { grant, owner, company } = found;
  const { id } = request.params;
  if (id !== undefined && !owner.keyIds.includes(id)) throw new FakeRefusal("SCOPE_DENIED");
  if (changes && company.plan !== "BUSINESS") throw new FakeRefusal("PLAN_UPGRADE_REQUIRED");
  const label = `${grant.kind === "trust" ? "trust" : "automation token"} ${owner.name}`;
  return { ...actAs(grant.kind, owner, grant.run), label, company, keyIds: owner.keyIds };
}

/** An operation: its method, its path with a group for each placeholder, and its handler. */
export type FakeRoute = readonly [method: string, path: RegExp, answer: (request: FakeRequest) => FakeAnswer];

/**
 * Creates routes, grouped by who may call them: everybody, users, users who can manage keys, or also jobs and
 * automation tokens.
 */
export const allow = {
  everybody: createRoutes(() => null),
  user: createRoutes(requireActor),
  keyManager: createRoutes((request) => requireKeyManager(request)),
  payingKeyManager: createRoutes((request) => requireKeyManager(request, true)),
  keyUser: createRoutes((request) => requireKeyUser(request)),
  keyChanger: createRoutes((request) => requireKeyUser(request, { changes: true })),
  keyRotator: createRoutes((request) => requireKeyUser(request, { changes: true, needsBusinessPlan: true })),
};

function createRoutes<Actor>(findActor: (request: FakeRequest) => Actor) {
  return (method: string, path: string, answer: (request: FakeRequest, actor: Actor) => FakeAnswer): FakeRoute => [
    method,
    new RegExp(`^${path.replaceAll(/\{(\w+)\}/g, "(?<$1>[^/]+)")}$`),
    (request) => answer(request, findActor(request)),
  ];
}

/** GET /grant: what the token of a trust or an automation token may do. */
export function getGrant(request: FakeRequest): FakeAnswer {
  const found = findGrant(request);
  if (found === null) {
    requireActor(request);
    const message = "Only a pipeline with a trust or an automation token can make this call";
    throw new FakeRefusal("FORBIDDEN", { message });
  }
  const { grant, owner, company } = found;
  const { id, name, may, keyIds } = owner;
  const { kind, expiresAtMs, run } = grant;
  const body: Grant = { kind, id, name, may, keyIds, expiresAt: new Date(expiresAtMs).toISOString(), company, run };
  return reply(body);
}
