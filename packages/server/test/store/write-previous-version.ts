import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { createHmac } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import type { Acknowledged } from "../support/previous-version.ts";
import { type Body, type Call, createCaller } from "../support/previous-version-calls.ts";
import { createRecord, pick, writeKeys } from "../support/previous-version-keys.ts";

/*
 * Writes a database with a released version of the server, and the responses of that version, to a folder of
 * `test/fixtures`. `previous-version.test.ts` opens both with the current version. Build the old version, then run:
 *
 *     node packages/server/test/store/write-previous-version.ts <its dist/main.js> <folder> <DATABASE_URL>
 *
 * The folders in `fixtures/0.1.0` were written by the build of commit ef644b6, with an empty folder of SQLite
 * (`sqlite:<folder>/briksync.db`) and an empty database of PostgreSQL 15 (`postgres://…/fixture`). Its `pg_dump` must be
 * installed. All secrets in the folder are made up and protect nothing.
 */

const [mainPath = "", folder = "", databaseUrl = ""] = process.argv.slice(2);
const auth = "/external/v1/auth";
const webhookSecret = "whsec_fixture0123456789abcdef";
const secrets = {
  BRIKSYNC_JWT_SECRET: "the signing secret of a fixture that protects nothing",
  BRIKSYNC_KEY_PEPPER: "the pepper of a fixture that protects nothing at all",
};
const password = "marble-otter-lantern-drift";
const otherPassword = "seventeen quiet copper kettles";
const env = {
  PATH: process.env["PATH"],
  DATABASE_URL: databaseUrl,
  PORT: "0",
  TRUSTED_PROXIES: "127.0.0.1",
  STRIPE_WEBHOOK_SECRET: webhookSecret,
  LOG_LEVEL: "error",
  ...secrets,
};

function run(...args: string[]): string {
  return execFileSync(process.execPath, [mainPath, ...args], { env, input: password, encoding: "utf8" });
}

interface Company {
  readonly id: string;
  readonly name: string;
}

/** Adds a user, or another membership of a user, with `admin create`. Returns the company. */
function createUser(email: string, company: string, ...options: string[]): Company {
  const names = ["--first-name", "Ada", "--last-name", "Lovelace", "--company", company];
  const created = JSON.parse(run("admin", "create", "--json", "--email", email, ...names, ...options));
  return { id: created.companyId, name: created.companyName };
}

async function serve(): Promise<{ readonly child: ChildProcess; readonly url: string }> {
  const child = spawn(process.execPath, [mainPath, "serve"], { env, stdio: ["ignore", "pipe", "inherit"] });
  const url = await new Promise<string>((resolve, reject) => {
    child.once("exit", () => reject(new Error("The server ended.")));
    child.stdout?.setEncoding("utf8").on("data", (text: string) => {
      const found = /"url":"([^"]+)"/.exec(text)?.[1];
      if (found !== undefined) resolve(found);
    });
  });
  return { child, url };
}

async function deliverStripe(call: Call, type: string, object: { id: string }, created: number): Promise<void> {
  const event = { id: `evt_${object.id}_${created}`, object: "event", type, created, data: { object } };
  const seconds = Math.floor(Date.now() / 1000);
  const signature = createHmac("sha256", webhookSecret)
    .update(`${seconds}.${JSON.stringify(event)}`)
    .digest("hex");
  const headers = { "stripe-signature": `t=${seconds},v1=${signature}` };
  await call("POST", "/api/webhooks/stripe", 200, { json: event, headers });
}

function subscription(companyId: string, id: string, price: string, status: string) {
  const items = { object: "list", has_more: false, data: [{ price: { id: `price_${price}`, lookup_key: price } }] };
  return { id: `sub_${id}`, object: "subscription", customer: `cus_${id}`, status, items, metadata: { companyId } };
}

/** Creates every kind of data that the version supports through API calls, and collects the responses. */
async function fill(call: Call): Promise<Acknowledged> {
  const record = createRecord();
  const signIn = async (email: string, companyId?: string, text = password): Promise<Body> => {
    const json = { email, password: text, ...(companyId === undefined ? {} : { companyId }) };
    return (await call("POST", `${auth}/signin`, 200, { json })).body;
  };

  const acme = createUser("ada@partner.example", "Acme Fixture", "--username", "ada", "--password-stdin");
  createUser("bob@partner.example", "Acme Fixture", "--privilege", "2", "--password-stdin");
  createUser("carol@partner.example", "Acme Fixture", "--privilege", "3", "--password-stdin");
  createUser("dora@partner.example", "Acme Fixture", "--must-change-password", "--password-stdin");
  const pro = createUser("erin@partner.example", "Pro Fixture", "--plan", "PRO", "--password-stdin");
  const free = createUser("frank@partner.example", "Free Fixture", "--plan", "FREE", "--password-stdin");
  const paid = createUser("grace@partner.example", "Paid Fixture", "--plan", "FREE", "--password-stdin");
  const lapsed = createUser("heidi@partner.example", "Lapsed Fixture", "--plan", "FREE", "--password-stdin");
  createUser("ada@partner.example", "Pro Fixture", "--privilege", "2");
  createUser("ivan@partner.example", "Acme Fixture", "--privilege", "2", "--password-stdin");

  const admin = await signIn("ada@partner.example", acme.id);
  const keys = `${auth}/keys`;
  const { neverUsed, begun } = await writeKeys({ call, token: admin.accessToken, signIn, record });

  // Stripe raises these plans. Both companies were created with FREE.
  const start = Math.floor(Date.now() / 1000) - 3600;
  for (const [company, id, email] of [
    [paid, "paid", "grace@partner.example"],
    [lapsed, "lapsed", "heidi@partner.example"],
  ] as const) {
    const companyId = company.id;
    await deliverStripe(
      call,
      "customer.subscription.created",
      subscription(companyId, id, "business", "active"),
      start,
    );
    const { accessToken } = await signIn(email);
    const { body } = await call("POST", keys, 201, { token: accessToken, json: { name: `Key of ${id}` } });
    if (id === "paid") record.accepted(body, "current");
    else record.refused(body, 403);
  }
  const ended = subscription(lapsed.id, "lapsed", "business", "canceled");
  await deliverStripe(call, "customer.subscription.deleted", ended, start + 60);

  // Sessions in every state.
  const exchange = async (refreshToken: string): Promise<Body> =>
    (await call("POST", `${auth}/refresh`, 200, { json: { refreshToken } })).body;
  const toTokens = ({ accessToken, refreshToken }: Body) => ({ accessToken, refreshToken });
  const live = await signIn("bob@partner.example");
  const reused = await signIn("bob@partner.example");
  const afterReused = await exchange((await exchange(reused.refreshToken)).refreshToken);
  const signedOut = await signIn("carol@partner.example");
  await call("POST", `${auth}/signout`, 204, { token: signedOut.accessToken });
  const before = await signIn("ivan@partner.example");
  const changing = await signIn("ivan@partner.example");
  await call("POST", `${auth}/password`, 204, {
    token: changing.accessToken,
    json: { currentPassword: password, newPassword: otherPassword },
  });
  const switching = await signIn("ada@partner.example", acme.id);
  const { body: switched } = await call("POST", `${auth}/switch-company`, 200, {
    token: switching.accessToken,
    json: { companyId: pro.id },
  });
  await call("POST", `${auth}/signin`, 401, { json: { email: "carol@partner.example", password: otherPassword } });
  // The server writes failed sign-ins two seconds later, and last-used times four seconds later.
  await new Promise((resolve) => setTimeout(resolve, 5_000));

  const plans = [
    { company: acme, plan: "BUSINESS", email: "ada@partner.example" },
    { company: pro, plan: "PRO", email: "erin@partner.example" },
    { company: free, plan: "FREE", email: "frank@partner.example" },
    { company: paid, plan: "BUSINESS", email: "grace@partner.example" },
    { company: lapsed, plan: "FREE", email: "heidi@partner.example" },
  ];
  const companies: Acknowledged["companies"][number][] = [];
  for (const { company, plan, email } of plans) {
    const { accessToken } = await signIn(email, company.id);
    const list = async (path: string): Promise<Body> => (await call("GET", path, 200, { token: accessToken })).body;
    const listed = (await list(keys)) as { id: string }[];
    const rotations: Record<string, Body> = {};
    for (const { id } of listed) rotations[id] = await list(`${keys}/${id}/rotations`);
    const audit = await list(`${auth}/audit?limit=1000`);
    companies.push({ id: company.id, name: company.name, plan, email, keys: listed, rotations, audit });
  }
  const users: Acknowledged["users"][number][] = [];
  for (const [email, login, text] of [
    ["ada@partner.example", "ada", password],
    ["bob@partner.example", "BOB@partner.example", password],
    ["carol@partner.example", "carol@partner.example", password],
    ["dora@partner.example", "dora@partner.example", password],
    ["ivan@partner.example", "ivan@partner.example", otherPassword],
  ] as const) {
    const { user, companies: memberships } = await signIn(login, undefined, text);
    users.push({ login, email, password: text, user, memberships });
  }
  return {
    writtenOn: new Date().toISOString(),
    webhookSecret,
    users,
    companies,
    secrets: record.secrets,
    unusedPending: { ...pick(neverUsed), rotationId: neverUsed.rotationId, expiresOn: neverUsed.expiresOn },
    unfinished: { ...pick(begun), rotationId: begun.rotationId },
    calls: record.calls,
    sessions: {
      live: toTokens(live),
      switched: { ...toTokens(switched), companyId: pro.id },
      kept: toTokens(changing),
      reused: { refreshToken: reused.refreshToken, accessToken: afterReused.accessToken },
      ended: [toTokens(signedOut), toTokens(before)],
    },
  };
}

/** Copies the database into the folder, as compressed files or as SQL that any version of PostgreSQL accepts. */
function keepDatabase(): void {
  if (databaseUrl.startsWith("sqlite:")) {
    const path = databaseUrl.slice("sqlite:".length);
    for (const [suffix, name] of [
      ["", "database.gz"],
      ["-uses", "uses.gz"],
    ]) {
      writeFileSync(join(folder, name ?? ""), gzipSync(readFileSync(path + suffix), { level: 9 }));
    }
    return;
  }
  const options = ["--no-owner", "--no-privileges", "--inserts", "--rows-per-insert=100"];
  const sql = execFileSync("pg_dump", [...options, databaseUrl], { encoding: "utf8" });
  const statements = sql.replaceAll(/^(--.*|\\.*|)\n/gm, "");
  writeFileSync(join(folder, "dump.sql"), statements);
}

mkdirSync(folder, { recursive: true });
run("migrate");
const { child, url } = await serve();
const closed = new Promise((resolve) => child.once("close", resolve));
const acknowledged = await fill(createCaller(url)).finally(() => child.kill("SIGTERM"));
await closed;
const anchor: unknown = JSON.parse(run("audit", "anchor"));
writeFileSync(join(folder, "acknowledged.json"), `${JSON.stringify({ ...acknowledged, anchor })}\n`);
const { BRIKSYNC_JWT_SECRET: jwtSecret, BRIKSYNC_KEY_PEPPER: keyPepper } = secrets;
writeFileSync(join(folder, "secrets.json"), `${JSON.stringify({ jwtSecret, keyPepper }, null, 2)}\n`);
keepDatabase();
