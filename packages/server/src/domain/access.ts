import { AppError } from "../errors.ts";

/** Plans, from smallest to largest. */
export const plans = ["FREE", "PRO", "BUSINESS"] as const;

/** Plan of a company. */
export type Plan = (typeof plans)[number];

/** 1 Super Admin, 2 Admin, 3 Member. */
export type Privilege = 1 | 2 | 3;

/** The user of a call, with company, role and plan. Read from the store on every call. */
export interface UserActor {
  readonly kind: "user";
  readonly userId: string;
  readonly email: string;
  readonly mustChangePassword: boolean;
  readonly sessionId: string;
  readonly companyId: string;
  readonly companyName: string;
  readonly plan: Plan;
  readonly privilege: Privilege;
  /**
   * The company of the session, if the user is no longer a member of it. They must switch companies before they manage
   * keys.
   */
  readonly lostCompanyId?: string;
}

/** What trusts and automation tokens can allow. */
export const scopes = ["rotate"] as const;

/** What a trust or an automation token allows. */
export type Scope = (typeof scopes)[number];

/** A run of a pipeline, for the audit trail. The server never compares its fields with a trust. */
export interface PipelineRun {
  /** Repository or project, as the provider names it. */
  readonly repository: string;
  /** Workflow file, pipeline or service account of the run. */
  readonly workflow: string;
  readonly runId: string;
}

/**
 * A pipeline that calls the API: a run under a trust, or a system with an automation token. Read from the store on
 * every call.
 */
export interface PipelineActor {
  readonly kind: "trust" | "token";
  /** ID of the trust or of the automation token. */
  readonly id: string;
  readonly name: string;
  readonly companyId: string;
  readonly companyName: string;
  readonly plan: Plan;
  readonly may: readonly Scope[];
  readonly keyIds: readonly string[];
  readonly expiresAt: string;
  /** Null for automation tokens. */
  readonly run: PipelineRun | null;
}

/** The caller of a management call. */
export type Actor = UserActor | PipelineActor;

/** Origin of a call, for the audit trail and for the list of a user's sessions. */
export interface Origin {
  readonly ip: string | null;
  readonly requestId: string | null;
  /** The `User-Agent` header of the client, unchanged. */
  readonly userAgent?: string | undefined;
}

/** A management call: its caller and its origin. */
export interface Call<Caller extends Actor = Actor> {
  readonly actor: Caller;
  readonly origin: Origin;
}

/** A call that can be repeated without a second effect. */
export interface RepeatableCall<Caller extends Actor = Actor> extends Call<Caller> {
  /** Null if the client sent none. */
  readonly idempotencyKey: string | null;
}

/**
 * What an operation requires of a user:
 * - `nothing`: no session. The operation may check something else.
 * - `session`: any signed-in user.
 * - `manage-keys`: an admin who has changed an initial password.
 * - `mint-secrets`: the same as `manage-keys`, and a plan that includes API keys.
 * - `pipeline`: a pipeline. Users cannot call the operation.
 */
export type Need = "nothing" | "session" | "manage-keys" | "mint-secrets" | "pipeline";

/** What an operation requires. `pipeline` is missing if pipelines must not call it. */
export interface Rule {
  readonly user: Need;
  /** `read` works on every plan, and `rotate` requires a plan that includes API keys. */
  readonly pipeline?: "read" | "rotate";
}

/** What each operation of the API requires. The server does not start with an operation that is not listed here. */
const rules = {
  getHealth: { user: "nothing" },
  getReadiness: { user: "nothing" },
  runJob: { user: "nothing" },
  receiveStripeEvent: { user: "nothing" },
  verify: { user: "nothing" },
  signIn: { user: "nothing" },
  getSignInMethods: { user: "nothing" },
  startDeviceSignIn: { user: "nothing" },
  refreshSession: { user: "nothing" },
  signOut: { user: "session" },
  getSession: { user: "session" },
  switchCompany: { user: "session" },
  changePassword: { user: "session" },
  listSessions: { user: "session" },
  endSession: { user: "session" },
  endOtherSessions: { user: "session" },
  listKeys: { user: "manage-keys", pipeline: "read" },
  createKey: { user: "mint-secrets" },
  getKey: { user: "manage-keys", pipeline: "read" },
  renameKey: { user: "manage-keys" },
  rotateKey: { user: "mint-secrets", pipeline: "rotate" },
  revokeKey: { user: "manage-keys" },
  listRotations: { user: "manage-keys", pipeline: "read" },
  finishRotation: { user: "manage-keys", pipeline: "rotate" },
  abortRotation: { user: "manage-keys", pipeline: "rotate" },
  renewRotation: { user: "manage-keys", pipeline: "rotate" },
  listAllowedIps: { user: "manage-keys" },
  allowIp: { user: "manage-keys" },
  disallowIp: { user: "manage-keys" },
  listAuditEvents: { user: "manage-keys" },
  createTrust: { user: "mint-secrets" },
  listTrusts: { user: "manage-keys" },
  getTrust: { user: "manage-keys" },
  disableTrust: { user: "manage-keys" },
  enableTrust: { user: "manage-keys" },
  removeTrust: { user: "manage-keys" },
  listTrustEvents: { user: "manage-keys" },
  testTrust: { user: "manage-keys" },
  exchangeToken: { user: "nothing" },
  explainToken: { user: "nothing" },
  getGrant: { user: "pipeline", pipeline: "read" },
  createToken: { user: "mint-secrets" },
  listTokens: { user: "manage-keys" },
  getToken: { user: "manage-keys" },
  rotateToken: { user: "mint-secrets" },
  revokeToken: { user: "manage-keys" },
} as const satisfies Record<string, Rule>;

/** The `operationId` of an operation of the API. */
export type OperationId = keyof typeof rules;

/** Returns what an operation requires. */
export function ruleOf(operation: OperationId): Rule {
  return rules[operation];
}

/** Returns whether a text is the `operationId` of a listed operation. */
export function isOperationId(text: string): text is OperationId {
  return Object.hasOwn(rules, text);
}

declare const granted: unique symbol;

/** The ID of a key that a caller may use. Only {@link may} turns an ID into one. */
export type GrantedKeyId = string & { readonly [granted]: true };

/**
 * Throws unless the actor may call an operation, and may use the key if there is one. Routes check the operation, and
 * the domain checks the key. Functions that read or lock a key accept only a {@link GrantedKeyId}, so code without this
 * check does not compile. Lists and removals are allowed on every plan.
 * @throws {AppError} PASSWORD_CHANGE_REQUIRED, then FORBIDDEN, SCOPE_DENIED for pipelines, then PLAN_UPGRADE_REQUIRED.
 */
export function may(actor: Actor, operation: OperationId, keyId?: string): asserts keyId is GrantedKeyId {
  const rule = ruleOf(operation);
  if (actor.kind === "user") requireUser(actor, rule.user);
  else requireGrant(actor, rule, keyId);
}

function requireUser(user: UserActor, need: Need): void {
  if (need === "nothing" || need === "session") return;
  if (need === "pipeline") {
    throw new AppError("FORBIDDEN", {
      message: "Only a pipeline with a trust or an automation token can make this call",
    });
  }
  if (user.mustChangePassword) throw new AppError("PASSWORD_CHANGE_REQUIRED");
  if (user.lostCompanyId !== undefined) {
    throw new AppError("FORBIDDEN", {
      message: "You no longer belong to the company of this session. Switch to another company",
    });
  }
  if (user.privilege > 2) throw new AppError("FORBIDDEN");
  if (need === "mint-secrets" && user.plan !== "BUSINESS") throw new AppError("PLAN_UPGRADE_REQUIRED");
}

/** Refuses a key outside the grant in the same way, whether it exists or not. */
function requireGrant(pipeline: PipelineActor, { pipeline: need }: Rule, keyId: string | undefined): void {
  if (need === undefined || (keyId !== undefined && !pipeline.keyIds.includes(keyId))) {
    throw new AppError("SCOPE_DENIED");
  }
  if (need === "read") return;
  if (!pipeline.may.includes("rotate")) throw new AppError("SCOPE_DENIED");
  if (pipeline.plan !== "BUSINESS") throw new AppError("PLAN_UPGRADE_REQUIRED");
}

/** Returns the text by which other people recognize an actor: an email address, or the name of a trust or token. */
export function nameActor(actor: Actor): string {
  if (actor.kind === "user") return actor.email;
  return actor.kind === "trust" ? `trust ${actor.name}` : `automation token ${actor.name}`;
}

/** Returns the ID of the user, trust or automation token. */
export function identifyActor(actor: Actor): string {
  return actor.kind === "user" ? actor.userId : actor.id;
}
