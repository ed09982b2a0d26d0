import { BrikSync, createMemorySessionStore } from "../../src/index.ts";
import { collectAll } from "./collect-all.ts";
import { type Observations, observe } from "./observe.ts";
import { jobClaims, pinned } from "./sample-trust.ts";

const unknownId = "00000000-0000-4000-8000-000000000000";

/** Calls the operations of trusts and automation tokens with valid and invalid input, and records the results. */
export async function walkPipelines(
  url: string,
  credentials: { readonly email: string; readonly password: string },
): Promise<Observations> {
  const seen: Observations = {};
  const see = async (name: string, call: Promise<unknown>): Promise<void> => {
    seen[name] = await observe(call);
  };
  const admin = new BrikSync({ baseUrl: url, session: createMemorySessionStore() });
  await admin.auth.signIn(credentials);
  const { trusts, tokens } = admin;
  const { id } = await admin.keys.create({ name: "Of a pipeline" });
  const other = await admin.keys.create({ name: "Of no pipeline" });

  const input = { name: " Rotate ", provider: "github", claims: pinned, may: ["rotate"], keyIds: [id] } as const;
  const { environment: _, ...withoutEnvironment } = pinned;
  await see("a trust without an environment", trusts.create({ ...input, claims: withoutEnvironment }));
  await see("a trust with sub", trusts.create({ ...input, claims: { ...pinned, sub: "x" } }));
  await see("a trust with an unknown key", trusts.create({ ...input, keyIds: [unknownId] }));
  await see("a trust with long tokens", trusts.create({ ...input, ttlSeconds: 3601 }));
  await see("a trust with too much reuse", trusts.create({ ...input, reuse: 2 }));
  await see("a trust without an issuer", trusts.create({ ...input, provider: "kubernetes", claims: {} }));
  const weak = { ...input, claims: { ...withoutEnvironment, ref: "refs/heads/main" }, ttlSeconds: 3600 };
  await see("a weak trust", trusts.create({ ...weak, keyIds: [id, other.id] }));
  const trust = await trusts.create({ ...input, fromCidrs: ["127.0.0.1", "203.0.113.0/24"] });
  await see("a trust", Promise.resolve(trust));
  await see("the trusts", trusts.list());
  await see("the trust", trusts.get(trust.id));
  await see("no trust", trusts.get(unknownId));
  await see("claims that fit", trusts.test(trust.id, jobClaims));
  await see("claims of a pull request", trusts.test(trust.id, { ...jobClaims, event_name: "pull_request" }));
  await see("other claims", trusts.test(trust.id, { ...jobClaims, repository_id: 7, workflow_ref: "x" }));
  await see("the log", collectAll(trusts.log(trust.id, { refused: true })));
  await see("disable", trusts.disable(trust.id));
  await see("enable", trusts.enable(trust.id));

  const job = new BrikSync({
    baseUrl: url,
    workloadIdentity: { trustId: trust.id, getIdToken: async () => "eyJhIjoxfQ.eyJhIjoxfQ.c2lnbmF0dXJl" },
  });
  await see("an exchange of a made-up token", job.trusts.exchange());
  await see("explain a made-up token", job.trusts.explain());
  await see("a grant of a user", admin.auth.getGrant());
  await see("remove", trusts.remove(trust.id));
  await see("remove again", trusts.remove(trust.id));

  const expiresAt = new Date(Date.now() + 86_400_000);
  const tokenInput = { name: "Jenkins", may: ["rotate"], keyIds: [id], expiresAt } as const;
  const tooLong = new Date(Date.now() + 366 * 86_400_000);
  await see("a token for too long", tokens.create({ ...tokenInput, expiresAt: tooLong }));
  await see("a token in the past", tokens.create({ ...tokenInput, expiresAt: new Date(0) }));
  const token = await tokens.create(tokenInput, { idempotencyKey: "token-1" });
  await see("a token", Promise.resolve(token));
  await see("the token again", tokens.create(tokenInput, { idempotencyKey: "token-1" }));
  await see("the tokens", tokens.list());
  const machine = new BrikSync({ baseUrl: url, accessToken: token.token });
  await see("its grant", machine.auth.getGrant());
  await see("its keys", collectAll(machine.keys.list()));
  await see("another key", machine.keys.get(other.id));
  await see("no key", machine.keys.get(unknownId));
  await see("an immediate rotation", machine.keys.rotate(id));
  await see("a take-over", machine.keys.rotate(id, { mode: "staged", takeOver: true }));
  await see("its session", machine.auth.getSession());
  await see("its sign-out", machine.auth.signOut());
  await see("a new key", machine.keys.create({ name: "x" }));
  const foreign = await admin.keys.rotate(id, { mode: "staged" });
  await see("a rotation of a user", machine.keys.rotations.finish(id, foreign.id));
  await admin.keys.rotations.abort(id, foreign.id, { force: true });
  const staged = await machine.keys.rotate(id, { mode: "staged" });
  await see("its rotation", Promise.resolve(staged));
  await see("renew", machine.keys.rotations.renew(id, staged.id));
  await see("finish", machine.keys.rotations.finish(id, staged.id));

  const next = await tokens.rotate(token.id);
  await see("the next token", Promise.resolve(next));
  await see("the old one, until the next is used", machine.auth.getGrant());
  await see("the next one", new BrikSync({ baseUrl: url, accessToken: next.token }).auth.getGrant());
  await see("the old one after that", machine.auth.getGrant());
  await see("the token after that", tokens.get(token.id));
  await see("revoke", tokens.revoke(token.id));
  await see("revoke again", tokens.revoke(token.id));
  await see("rotate a revoked one", tokens.rotate(token.id));
  await see("no token", tokens.get(unknownId));
  const actions = await collectAll(admin.audit.list({ limit: 40 }));
  const ofPipelines = actions.filter(({ action }) => /^(trust|token)\./.test(action));
  seen["the audit trail"] = ofPipelines.map(({ action, actorKind }) => `${action} by ${actorKind}`);
  await see("what the token did", collectAll(admin.audit.list({ actorKind: "token" })));
  await see("what another run did", collectAll(admin.audit.list({ actorKind: "trust", runId: "4711" })));
  return seen;
}
