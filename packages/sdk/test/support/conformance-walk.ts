import { BrikSync, createMemorySessionStore } from "../../src/index.ts";
import { collectAll } from "./collect-all.ts";
import { type Observations, observe } from "./observe.ts";

export const password = "correct horse battery staple";
const newPassword = "another long enough phrase";

/** Lists and ends the sessions of the user of a client. */
async function walkSessions(
  url: string,
  client: BrikSync,
  see: (name: string, call: Promise<unknown>) => Promise<void>,
): Promise<void> {
  const { auth } = client;
  const signIn = async (): Promise<BrikSync> => {
    const other = new BrikSync({ baseUrl: url, session: createMemorySessionStore() });
    await other.auth.signIn({ email: "ada@partner.com", password: newPassword });
    return other;
  };
  const second = await signIn();
  const { session } = await second.auth.getSession();
  await see("sessions", collectAll(auth.listSessions({ pageSize: 1 })));
  await see("one session", collectAll(auth.listSessions({ limit: 1 })));
  await see("sessions with a bad page size", collectAll(auth.listSessions({ pageSize: 1001 })));
  await see("end a session", auth.endSession(session.id));
  await see("end it again", auth.endSession(session.id));
  await see("the session that was ended", second.auth.getSession());
  await see("end no session", auth.endSession("00000000-0000-4000-8000-000000000000"));
  const third = await signIn();
  await see("end all other sessions", auth.endOtherSessions());
  await see("end them again", auth.endOtherSessions());
  await see("a session that was ended with others", third.auth.getSession());
  const last = await signIn();
  const own = await last.auth.getSession();
  await see("end the own session", last.auth.endSession(own.session.id));
  await see("the own session after that", last.auth.getSession());
}

/** Calls the operations of users and keys with valid and invalid input, and records the results. */
export async function walk(url: string): Promise<Observations> {
  const seen: Observations = {};
  const see = async (name: string, call: Promise<unknown>): Promise<void> => {
    seen[name] = await observe(call);
  };
  const store = createMemorySessionStore();
  const client = new BrikSync({ baseUrl: url, session: store });
  const anonymous = new BrikSync({ baseUrl: url });

  await see("me without a session", new BrikSync({ baseUrl: url, accessToken: "no" }).auth.getSession());
  await see("sign in, wrong password", anonymous.auth.signIn({ email: "ada@partner.com", password: "wrong" }));
  await see("sign in, unknown", anonymous.auth.signIn({ email: "eve@partner.com", password }));
  const companyId = "00000000-0000-4000-8000-000000000000";
  await see(
    "sign in to a stranger's company",
    anonymous.auth.signIn({ email: "ada@partner.com", password, companyId }),
  );
  await see("sign in", client.auth.signIn({ email: "ADA@partner.com", password }));
  const { deviceToken } = await client.auth.signIn({ email: "ada@partner.com", password });
  const known = await client.auth.signIn({ email: "ada@partner.com", password, deviceToken });
  seen["sign in on a known device"] = known.deviceToken === deviceToken;
  const unknown = await client.auth.signIn({ email: "ada@partner.com", password, deviceToken: "made up" });
  seen["sign in with a made-up device token"] = unknown.deviceToken === "made up";
  await see("keys before the password is changed", client.keys.listPage());
  const change = { currentPassword: password, newPassword };
  await see("change password, wrong", client.auth.changePassword({ ...change, currentPassword: "wrong" }));
  await see("change password, short", client.auth.changePassword({ ...change, newPassword: "short" }));
  await see("change password", client.auth.changePassword(change));
  await see("sign-in methods", anonymous.auth.getSignInMethods());
  const device = { hostName: " laptop ", clientVersion: "walk 1.0" };
  await see("a device without a name", anonymous.auth.startDeviceSignIn({ ...device, hostName: " " }));
  const { userCode, verificationUri, expiresAt } = await anonymous.auth.startDeviceSignIn(device);
  seen["a device"] = [userCode.replace(/[A-Z]/g, "X"), verificationUri.replace(url, ""), typeof expiresAt];
  await see("me", client.auth.getSession());
  await see("refresh", client.auth.refresh());
  await walkSessions(url, client, see);

  await see("create without a name", client.keys.create({ name: "  " }));
  await see("create with a long name", client.keys.create({ name: "x".repeat(101) }));
  await see("create with a control character", client.keys.create({ name: "a\u0007b" }));
  await see("create with a bad range", client.keys.create({ name: "CRM", ipAllowlist: ["10.0.0.1/8"] }));
  await see("create with too much", client.keys.create({ name: 5 as unknown as string }));
  await see("create", client.keys.create({ name: " CRM " }));
  const created = await client.keys.create({ name: "Payroll", ipAllowlist: ["203.0.113.0/24", "2001:DB8::/32"] });
  await see("created", Promise.resolve(created));
  await see("list", collectAll(client.keys.list({ pageSize: 1 })));
  await see("list by name", collectAll(client.keys.list({ namePrefix: "  PAY", pageSize: 1 })));
  await see("list active ones by name", collectAll(client.keys.list({ namePrefix: "c", status: "active" })));
  await see("list by a name that none has", collectAll(client.keys.list({ namePrefix: "%" })));
  await see("list with a bad limit", client.keys.listPage({ limit: 1001 }));
  await see("get", client.keys.get(created.id));
  for (const id of ["nothing", "00000000-0000-4000-8000-000000000000", "__proto__"])
    await see(`get ${id}`, client.keys.get(id));
  await see("rename", client.keys.rename(created.id, "Payroll 2"));
  await see("rename to the same name", client.keys.rename(created.id, " Payroll 2 "));
  await see("rename to nothing", client.keys.rename(created.id, ""));

  for (const cidr of [
    "198.51.100.7",
    "::ffff:198.51.100.8",
    "192.0.2.010",
    "10.0.0.0/",
    "0.0.0.0/0",
    "fe80::1%eth0",
    " 192.0.2.1",
    "2001:db8::1",
  ]) {
    await see(`allow ${cidr}`, client.keys.allowIp(created.id, { cidr }));
  }
  await see("allow the same", client.keys.allowIp(created.id, { cidr: "198.51.100.7/32" }));
  await see(
    "allow in the past",
    client.keys.allowIp(created.id, { cidr: "192.0.2.9", expiresAt: "2020-01-01T00:00:00.000Z" }),
  );
  const entry = await client.keys.allowIp(created.id, {
    cidr: "192.0.2.9",
    note: "office",
    expiresAt: "2999-01-01T00:00:00.000Z",
  });
  await see("allow with a note", Promise.resolve(entry));
  for (const [what, input] of Object.entries({
    "an earlier expiry": { expiresAt: "2998-01-01T00:00:00.000Z" },
    "an earlier expiry that may shorten": { expiresAt: "2998-01-01T00:00:00.000Z", mayShorten: true },
    "another note and a later expiry": { note: "home", expiresAt: "2999-06-01T00:00:00.000Z" },
    "no expiry": {},
    "no expiry that may shorten": { mayShorten: true },
    "an expiry after none": { expiresAt: "2999-01-01T00:00:00.000Z" },
    "an expiry after none that may shorten": { expiresAt: "2999-01-01T00:00:00.000Z", mayShorten: true },
  })) {
    await see(`allow the same with ${what}`, client.keys.allowIp(created.id, { cidr: "192.0.2.9", ...input }));
  }
  await see("allowed", client.keys.listAllowedIps(created.id));
  await see("disallow", client.keys.disallowIp(created.id, entry.id));
  await see("disallow again", client.keys.disallowIp(created.id, entry.id));

  await see("rotate", client.keys.rotate(created.id));
  await see("revoke", client.keys.revoke(created.id));
  await see(
    "revoke again",
    client.keys.revoke(created.id).then(({ status }) => status),
  );
  await see("rotate a revoked one", client.keys.rotate(created.id));
  await see("rename a revoked one", client.keys.rename(created.id, "x"));
  await see("allow for a revoked one", client.keys.allowIp(created.id, { cidr: "192.0.2.1" }));
  await see(
    "list the revoked",
    collectAll(client.keys.list({ status: "revoked" })).then((keys) => keys.length),
  );
  await see("audit of the key", collectAll(client.audit.list({ keyId: created.id, pageSize: 3 })));
  await see("switch to a stranger's company", client.auth.switchCompany(companyId));

  const member = createMemorySessionStore();
  const asMember = new BrikSync({ baseUrl: url, session: member });
  await asMember.auth.signIn({ email: "member@partner.com", password });
  await see("a member's list", asMember.keys.listPage());
  await see("a member's audit", collectAll(asMember.audit.list()));
  const free = createMemorySessionStore();
  const onFree = new BrikSync({ baseUrl: url, session: free });
  await onFree.auth.signIn({ email: "free@partner.com", password });
  await see("create on FREE", onFree.keys.create({ name: "CRM" }));
  await see("list on FREE", onFree.keys.listPage());
  await see("another company's key", onFree.keys.get(created.id));

  await see("sign out", onFree.auth.signOut());

  const old = await store.load();
  await client.auth.refresh();
  const stolen = new BrikSync({
    baseUrl: url,
    session: { accessToken: "expired", refreshToken: old?.refreshToken ?? "" },
  });
  await client.auth.refresh();
  await see("reuse of a refresh token", stolen.auth.refresh());
  await see("the session after that", client.auth.getSession());
  return seen;
}
