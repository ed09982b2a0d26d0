import { BrikSync, createMemorySessionStore, type RotateOptions, readRotationHolder } from "../../src/index.ts";
import { catchError } from "./catch-error.ts";
import { collectAll } from "./collect-all.ts";
import { type Observations, observe } from "./observe.ts";

/** Calls replays, staged rotations and five-second leases with valid and invalid input, and records the results. */
export async function walkRotations(
  url: string,
  credentials: { readonly email: string; readonly password: string },
  wait: (ms: number) => Promise<void>,
): Promise<Observations> {
  const seen: Observations = {};
  const see = async (name: string, call: Promise<unknown>): Promise<void> => {
    seen[name] = await observe(call);
  };
  const client = new BrikSync({ baseUrl: url, session: createMemorySessionStore() });
  const { keys } = client;
  const { rotations } = keys;
  await client.auth.signIn(credentials);
  const verify = (secret: string) => client.verify({ headers: { authorization: `Bearer ${secret}` } });

  const created = await keys.create({ name: "Replays" }, { idempotencyKey: "create-1" });
  const { id } = created;
  const repeated = await keys.create({ name: "Replays" }, { idempotencyKey: "create-1" });
  await see("create", Promise.resolve(created));
  await see("create again", Promise.resolve(repeated));
  seen["the same key and secret"] =
    repeated.id === id && repeated.clientSecret.reveal() === created.clientSecret.reveal();
  await see("create again, in quotes", keys.create({ name: "Replays" }, { idempotencyKey: '"create-1"' }));
  await see("create another with the key", keys.create({ name: "Other" }, { idempotencyKey: "create-1" }));
  await see("rotate with the key of a create", keys.rotate(id, { idempotencyKey: "create-1" }));
  for (const idempotencyKey of ["a b", "x".repeat(256), '"', '"a b"', "x".repeat(255), '"a\\"b"']) {
    await see(`create with the key ${idempotencyKey.slice(0, 20)}`, keys.create({ name: "Keys" }, { idempotencyKey }));
  }
  await see("rotate", keys.rotate(id, { idempotencyKey: "rotate-1" }));
  await see("rotate again", keys.rotate(id, { idempotencyKey: "rotate-1" }));
  await see("a replay after the next rotation", keys.create({ name: "Replays" }, { idempotencyKey: "create-1" }));
  await see("stage with the key of a rotate", keys.rotate(id, { mode: "staged", idempotencyKey: "rotate-1" }));

  const wrong: Record<string, object> = {
    "stage for 59 s": { mode: "staged", expiresInSeconds: 59 },
    "stage for too long": { mode: "staged", expiresInSeconds: 604_801 },
    "stage for half a second more": { mode: "staged", expiresInSeconds: 60.5 },
    "rotate with a negative grace": { graceSeconds: -1 },
    "rotate with a long grace": { graceSeconds: 604_801 },
  };
  for (const [name, options] of Object.entries(wrong)) await see(name, keys.rotate(id, options as RotateOptions));
  const current = await keys.rotate(id);
  await see("rotate with a grace", keys.rotate(id, { graceSeconds: 600 }));
  await see("verify the retiring one", verify(current.clientSecret.reveal()));
  await see("the live secrets", rotations.list(id));

  const first = await keys.rotate(id, { mode: "staged", idempotencyKey: "stage-1", expiresInSeconds: 3600 });
  await see("stage", Promise.resolve(first));
  await see("stage again", keys.rotate(id, { mode: "staged", idempotencyKey: "stage-1", expiresInSeconds: 3600 }));
  await see("stage again, otherwise", keys.rotate(id, { mode: "staged", idempotencyKey: "stage-1" }));
  await see("stage while it is under way", keys.rotate(id, { mode: "staged" }));
  seen["the holder"] = await observe(
    catchError(keys.rotate(id, { mode: "staged" })).then((error) => readRotationHolder(error)),
  );
  await see("the key", keys.get(id));
  await see("verify the pending one", verify(first.clientSecret.reveal()));
  await see("the live secrets after that", rotations.list(id));

  const second = await keys.rotate(id, { mode: "staged", takeOver: true, idempotencyKey: "stage-2" });
  await see("finish the overtaken one", rotations.finish(id, first.id));
  await see("renew the overtaken one", rotations.renew(id, first.id));
  await see("abort the used one", rotations.abort(id, first.id));
  await see("abort the used one by force", rotations.abort(id, first.id, { force: true }));
  await see("abort it again", rotations.abort(id, first.id));
  const again = { mode: "staged", idempotencyKey: "stage-1", expiresInSeconds: 3600 } as const;
  await see("a replay after the abort", keys.rotate(id, again));
  const lease = await rotations.renew(id, second.id);
  await see("renew", Promise.resolve(lease));
  await see("renew and continue", rotations.renew(id, second.id, { leaseExpiresOn: lease.leaseExpiresOn }));
  await see("finish under an old lease", rotations.finish(id, second.id, { leaseExpiresOn: lease.leaseExpiresOn }));
  await see("renew with no time", rotations.renew(id, second.id, { leaseExpiresOn: "soon" }));
  await see("abort the handed out one", rotations.abort(id, second.id));

  const third = await keys.rotate(id, { mode: "staged", takeOver: true });
  const fourth = await keys.rotate(id, { mode: "staged", takeOver: true });
  await see("stage a fourth", keys.rotate(id, { mode: "staged", takeOver: true }));
  await see("abort one that nobody has", rotations.abort(id, third.id));
  await wait(5_500);
  await see("finish the overtaken one later", rotations.finish(id, second.id));
  const taken = await rotations.renew(id, second.id);
  await see("take the lease back", Promise.resolve(taken));
  const { leaseExpiresOn } = taken;
  await see("finish", rotations.finish(id, second.id, { leaseExpiresOn, graceSeconds: 600 }));
  await see("the live secrets after the finish", rotations.list(id));
  await see("verify the finished one", verify(second.clientSecret.reveal()));
  await see("verify one that retires", verify(fourth.clientSecret.reveal()));
  await see("finish again", rotations.finish(id, second.id));
  await see("finish a third time", rotations.finish(id, second.id, { graceSeconds: 600 }));
  await see("the live secrets in the end", rotations.list(id));
  await see("verify one that has retired", verify(fourth.clientSecret.reveal()));
  await see(
    "a replay after the finish",
    keys.rotate(id, { mode: "staged", takeOver: true, idempotencyKey: "stage-2" }),
  );
  await see("renew the finished one", rotations.renew(id, second.id));
  await see("abort the finished one", rotations.abort(id, second.id));
  await see("finish an unknown one", rotations.finish(id, "00000000-0000-4000-8000-000000000000"));

  const shared = await keys.rotate(id, { mode: "staged" });
  await rotations.renew(id, shared.id);
  const other = await rotations.renew(id, shared.id);
  await see("finish what is shared", rotations.finish(id, shared.id, { leaseExpiresOn: other.leaseExpiresOn }));
  await see("stage while somebody may deliver", keys.rotate(id, { mode: "staged" }));
  await wait(5_500);
  const last = await keys.rotate(id, { mode: "staged", idempotencyKey: "stage-last" });
  await see("rotate at once", keys.rotate(id));
  await see("renew what that ended", rotations.renew(id, last.id));
  await see("a replay of what that ended", keys.rotate(id, { mode: "staged", idempotencyKey: "stage-last" }));
  const revoked = await keys.rotate(id, { mode: "staged" });
  await see("revoke during a rotation", keys.revoke(id));
  await see("the live secrets of a revoked key", rotations.list(id));
  await see("stage a revoked key", keys.rotate(id, { mode: "staged" }));
  await see("finish on a revoked key", rotations.finish(id, revoked.id));
  await see("abort on a revoked key", rotations.abort(id, revoked.id));
  await see("renew on a revoked key", rotations.renew(id, revoked.id));
  await see("the live secrets of no key", rotations.list("00000000-0000-4000-8000-000000000000"));

  // S-60: a refused call does not count as a use. The secret still expires, and an abort needs no force.
  const restricted = await keys.create({ name: "Restricted", ipAllowlist: ["203.0.113.0/24"] });
  const unused = await keys.rotate(restricted.id, { mode: "staged" });
  const pair = { "x-api-key": "api_ffffffffffffffffffffffff", "x-api-secret": unused.clientSecret.reveal() };
  await see("verify a pending one from elsewhere", verify(unused.clientSecret.reveal()));
  await see("verify a pending one with another's id", client.verify({ headers: pair }));
  await see("the live secrets after refused calls", rotations.list(restricted.id));
  await see("abort what was only refused", rotations.abort(restricted.id, unused.id));

  await see(
    "the trail",
    collectAll(client.audit.list({ keyId: id })).then((events) => events.map(({ action }) => action)),
  );
  return seen;
}
