import { expect, it, onTestFinished } from "vitest";
import { findSecrets } from "../support/canary.ts";
import { useFakeSupabase } from "../support/fake-supabase.ts";
import { createHttpClient, type HttpResponse } from "../support/http-client.ts";
import { useDependencies, useServerProcess, useTestDatabase } from "../support/lifetimes.ts";
import { createPerson } from "../support/people.ts";
import { deliver, signStripe, subscriptionEvent, webhookSecret } from "../support/stripe-events.ts";

const auth = "/external/v1/auth";
const publicUrl = "https://briksync.example.com";
const serverSecrets = {
  BRIKSYNC_JWT_SECRET: "canary-signing-secret-of-more-than-32-bytes",
  BRIKSYNC_KEY_PEPPER: "canary-pepper-of-a-bit-more-than-32-bytes",
  SUPABASE_JWT_SECRET: "canary-legacy-secret-of-more-than-32-bytes",
  CRON_SECRET: "canary-cron-secret-0123456789",
  STRIPE_WEBHOOK_SECRET: webhookSecret,
};

/** Returns the cookies that a response sets, by name. */
function readCookies(response: HttpResponse): Record<string, string> {
  const pairs = (response.headers["set-cookie"] ?? []).map((line) => line.split(";", 1)[0]?.split("=", 2) ?? []);
  return Object.fromEntries(pairs);
}

it("S-10 S-36 no cookie, code, state, Supabase token, cron or webhook secret reaches the trace log, the database files or an error body", async () => {
  const supabase = await useFakeSupabase();
  const database = await useTestDatabase();
  const env = {
    ...database.env,
    LOG_LEVEL: "trace",
    SUPABASE_URL: supabase.url,
    SUPABASE_PUBLISHABLE_KEY: supabase.publishableKey,
    SUPABASE_PROVIDERS: "google",
    PUBLIC_URL: publicUrl,
    ...serverSecrets,
  };
  const deps = await useDependencies(env);
  const person = await createPerson(deps);
  const account = supabase.project.addUser({
    email: person.email,
    password: "seventeen canary kettles, quietly",
    party: "google",
  });
  const server = await useServerProcess(env);
  const client = createHttpClient(server.url);
  onTestFinished(() => client.close());
  const refused: string[] = [];
  const call = async (...parameters: Parameters<typeof client.call>): Promise<HttpResponse> => {
    const response = await client.call(...parameters);
    const { "set-cookie": _cookies, location: _location, ...headers } = response.headers;
    refused.push(`${JSON.stringify(headers)}\n${response.status >= 400 || response.status < 300 ? response.text : ""}`);
    return response;
  };

  // A successful run yields the secrets.
  const signedIn = await client.call("POST", `${auth}/signin`, {
    json: { email: person.email, password: account.password },
  });
  expect(signedIn.status).toBe(200);
  const begun = await client.call("GET", "/api/auth/start?provider=google&returnTo=/x");
  const ticket = String(readCookies(begun)["__Host-briksync_sign_in"]);
  const back = supabase.visitAuthorize(String(begun.headers.location), account);
  const path = `${back.pathname}${back.search}`;
  const unused = supabase.visitAuthorize(String(begun.headers.location), account);
  const done = await client.call("GET", path, { headers: { cookie: `__Host-briksync_sign_in=${ticket}` } });
  expect(done.headers.location).toBe("/x");
  const event = JSON.stringify(
    subscriptionEvent("created", { id: "sub_1", customer: "cus_1", companyId: person.companyId }, 1_772_323_200),
  );
  const secrets = {
    ...serverSecrets,
    password: String(account.password),
    accessToken: String(signedIn.body.accessToken),
    accessTokenSignature: String(signedIn.body.accessToken).split(".")[2] ?? "",
    refreshToken: String(signedIn.body.refreshToken),
    ticket,
    sessionCookie: String(readCookies(done)["__Host-briksync_session"]),
    code: back.searchParams.get("code") ?? "",
    unusedCode: unused.searchParams.get("code") ?? "",
    state: back.searchParams.get("state") ?? "",
    stripeSignature: signStripe(event).split("v1=")[1] ?? "",
  };
  for (const [name, secret] of Object.entries(secrets)) expect(secret.length, name).toBeGreaterThan(10);

  const routes: [string, string][] = [
    ["GET", "/login"],
    ["GET", "/login/second-factor"],
    ["POST", "/api/auth/second-factor"],
    ["GET", "/api/auth/start"],
    ["POST", "/api/auth/start"],
    ["GET", "/api/auth/callback"],
    ["GET", "/api/auth/signout"],
    ["POST", "/api/cron/maintenance"],
    ["POST", "/api/webhooks/stripe"],
    ["GET", `${auth}/me`],
    ["POST", `${auth}/refresh`],
    ["POST", `${auth}/signin`],
  ];
  for (const misbehavior of ["error", "down", null] as const) {
    supabase.misbehavior = misbehavior;
    for (const secret of Object.values(secrets)) {
      const inUrl = encodeURIComponent(secret);
      for (const [method, route] of routes) {
        const query = `?code=${inUrl}&state=${secrets.state}&auth=${inUrl}&error=${inUrl}&provider=${inUrl}`;
        await call(method, `${route}${query}`);
        await call(method, `${route}/${inUrl}`);
        for (const headers of [
          { authorization: `Bearer ${secret}`, "stripe-signature": secret, origin: secret },
          { cookie: `__Host-briksync_session=${secret}; __Host-briksync_sign_in=${secret}`, referer: secret },
          { cookie: `__Host-briksync_second_factor=${secret}`, origin: publicUrl },
          { "content-type": "application/x-www-form-urlencoded", origin: publicUrl },
          { "content-type": "application/json" },
        ]) {
          if (method === "POST") await call(method, route, { headers, body: `email=${inUrl}&${secret}` });
          else await call(method, route, { headers });
        }
      }
      await call("GET", `/api/auth/callback?code=${inUrl}&state=${secrets.state}`, {
        headers: { cookie: `__Host-briksync_sign_in=${ticket}` },
      });
      await call("POST", `${auth}/signin`, { json: { email: person.email, password: secret } });
      await call("POST", `${auth}/refresh`, { json: { refreshToken: secret } });
      refused.push((await deliver(client, secret)).text, (await deliver(client, event, { secret })).text);
    }
  }
  supabase.misbehavior = null;
  // Correct secrets in the right fields, in calls that fail for other reasons.
  const restoreWrites = await database.breakWrites("audit_events", "insert");
  const cheaper = { id: "sub_1", customer: "cus_1", prices: ["pro"] };
  refused.push((await deliver(client, subscriptionEvent("updated", cheaper, 1_772_323_300))).text);
  expect(refused.at(-1)).toContain("INTERNAL");
  await call("POST", `${auth}/signout`, { token: secrets.accessToken });
  await restoreWrites();
  expect((await deliver(client, event)).status).toBe(200);
  expect((await call("POST", "/api/cron/stale-keys", { token: serverSecrets.CRON_SECRET })).status).toBe(200);
  expect((await call("POST", `${auth}/signout`, { token: secrets.accessToken })).status).toBe(204);
  await call("GET", "/api/auth/signout", { headers: { cookie: `__Host-briksync_session=${secrets.sessionCookie}` } });

  const running = await database.readBytes();
  await server.stop();
  expect(refused.length).toBeGreaterThan(1_000);
  // Responses to successful sign-ins are not checked. All others must not repeat what a form sent.
  expect([...new Set(refused.flatMap((text) => findSecrets(text, secrets)))]).toEqual([]);
  const log = server.stdout() + server.stderr();
  expect(log.split("\n").length).toBeGreaterThan(1_000);
  expect(log.includes("Supabase POST /token returned status 500")).toBe(true);
  expect(findSecrets(log, secrets)).toEqual([]);
  for (const content of [...running, ...(await database.readBytes())])
    expect(findSecrets(content, secrets)).toEqual([]);
}, 120_000);
