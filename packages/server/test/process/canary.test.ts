import { expect, it } from "vitest";
import { findSecrets } from "../support/canary.ts";
import { createHttpClient, type HttpResponse } from "../support/http-client.ts";
import { createTestKey } from "../support/keys.ts";
import { useDependencies, useServerProcess, useTestDatabase } from "../support/lifetimes.ts";
import { externalOperations } from "../support/operations.ts";
import { createPerson, signInPerson } from "../support/people.ts";
import { openRawSocket } from "../support/raw-socket.ts";

const auth = "/external/v1/auth";
const password = "seventeen canary kettles, quietly";
const newPassword = "eighteen canary lanterns, brightly";
const wrongPassword = "nineteen canary otters, by mistake";
const serverSecrets = {
  BRIKSYNC_JWT_SECRET: "canary-signing-secret-of-more-than-32-bytes",
  BRIKSYNC_KEY_PEPPER: "canary-pepper-of-a-bit-more-than-32-bytes",
};

it("S-10 S-36 no secret reaches the trace log, the database files or an error body, from any input", async () => {
  const database = await useTestDatabase();
  const env = { ...database.env, LOG_LEVEL: "trace", RATE_LIMIT_BURST: "5", ...serverSecrets };
  const deps = await useDependencies(env);
  const person = await createPerson(deps, { password });
  // The secrets go through every field of every route, so one session makes thousands of calls.
  const server = await useServerProcess({ ...env, MANAGEMENT_RATE_LIMIT_BURST: "100000000" });
  const client = createHttpClient(server.url);

  const leaving = await signInPerson(client, person);
  const admin = await signInPerson(client, person);
  const key = await createTestKey(client, admin.token, { ipAllowlist: ["127.0.0.1"] });
  const mint = (json: object, idempotencyKey: string) =>
    client.call("POST", `${auth}/keys/${key.id}/rotate`, {
      token: admin.token,
      json,
      headers: { "idempotency-key": idempotencyKey },
    });
  const { body: rotated } = await mint({}, "canary-idempotency-key-of-a-rotation");
  const { body: staged } = await mint({ mode: "staged" }, "canary-idempotency-key-of-a-stage");
  const { body: refreshed } = await client.call("POST", `${auth}/refresh`, {
    json: { refreshToken: admin.refreshToken },
  });
  const secrets = {
    password,
    newPassword,
    wrongPassword,
    accessToken: admin.token,
    accessTokenSignature: admin.token.split(".")[2] ?? "",
    otherAccessToken: leaving.token,
    refreshToken: admin.refreshToken,
    nextRefreshToken: String(refreshed.refreshToken),
    clientSecret: String(rotated.clientSecret),
    oldClientSecret: key.clientSecret,
    pendingSecret: String(staged.clientSecret),
    idempotencyKey: "canary-idempotency-key-of-a-rotation",
    otherIdempotencyKey: "canary-idempotency-key-of-a-stage",
    signingSecret: serverSecrets.BRIKSYNC_JWT_SECRET,
    pepper: serverSecrets.BRIKSYNC_KEY_PEPPER,
  };
  expect(findSecrets(`x ${Buffer.from(`ab${secrets.clientSecret}`).toString("base64")} y`, secrets)).toEqual([
    "clientSecret",
  ]);

  const refused: string[] = [];
  const call = async (...parameters: Parameters<typeof client.call>): Promise<HttpResponse> => {
    const response = await client.call(...parameters);
    if (response.status >= 400) refused.push(`${response.rawHeaders.join("\n")}\n${response.text}`);
    return response;
  };

  // Bodies that the server refuses. It must not keep refused input either.
  const bodies: Record<string, object> = {
    signIn: { email: person.email, password: wrongPassword },
    changePassword: { currentPassword: wrongPassword, newPassword },
    createKey: {},
    renameKey: {},
    allowIp: {},
  };
  const routes: [string, string, object | undefined][] = [
    ...externalOperations
      // These operations would end the sessions that make the calls.
      .filter(({ id }) => !["signOut", "endOtherSessions"].includes(id))
      .map(({ id, method, path, body, isBodyOptional }): [string, string, object | undefined] => [
        method,
        path
          .replace(`${auth}/`, "")
          .replace("{id}", "ID")
          .replaceAll(/\{\w+\}/g, "x"),
        bodies[id] ?? (isBodyOptional ? { x: 1 } : body),
      ]),
    ["POST", "verify", undefined],
    ["GET", "nowhere", undefined],
  ];
  for (const secret of Object.values(secrets)) {
    const inUrl = encodeURIComponent(secret);
    for (const [method, path, json] of routes) {
      const url = `${auth}/${path.replace("ID", key.id)}`;
      await call(method, `${url}?token=${inUrl}&cursor=${inUrl}`, { token: admin.token, json: json ?? {} });
      await call(method, `${auth}/${path.replace("ID", inUrl)}/${inUrl}`, { token: admin.token });
      const headers: Record<string, string>[] = [
        { authorization: `Token ${secret}` },
        { authorization: `Bearer ${secret} ${secret}` },
        {
          authorization: secret,
          cookie: `session=${inUrl}`,
          "user-agent": secret,
          referer: `https://x.example/?${inUrl}`,
        },
        { "x-api-key": secret, "x-api-secret": secret, "x-request-id": secret, "x-forwarded-for": secret },
        { "content-type": secret, "idempotency-key": secret },
      ];
      for (const sent of headers) await call(method, url, { headers: sent, body: secret });
    }
    for (const [method, path] of routes.filter(([name]) => name !== "GET")) {
      const url = `${auth}/${path.replace("ID", key.id)}`;
      const bodies = [
        `{"password": "${secret}`,
        secret,
        `[${JSON.stringify(secret)}]`,
        JSON.stringify({ [secret]: secret }),
      ];
      for (const body of bodies)
        await call(method, url, { token: admin.token, body, headers: { "content-type": "application/json" } });
      await call(method, url, {
        token: admin.token,
        json: { name: 5, cidr: secret, note: 5, expiresAt: secret, companyId: secret, email: 5 },
      });
    }
    await call("POST", `${auth}/signin`, { json: { email: secret.slice(0, 320), password: secret } });
    await call("POST", `${auth}/keys`, { token: admin.token, json: { name: "x", ipAllowlist: [secret.slice(0, 64)] } });
    await call("GET", `${auth}/audit?since=${inUrl}`, { token: admin.token });
    await call("GET", `${auth}/keys?status=${inUrl}&limit=${inUrl}`, { token: admin.token });
    for (const line of [
      `GET /${secret} HTTP/9.9\r\n\r\n`,
      `${secret}\r\n\r\n`,
      `GET / HTTP/1.1\r\nhost: x\r\n${secret}\r\n\r\n`,
      `GET /%zz?${inUrl} HTTP/1.1\r\nhost: x\r\n\r\n`,
    ]) {
      const raw = await openRawSocket(server.url);
      raw.send(line);
      refused.push(await raw.until((text) => text.includes("\r\n\r\n")));
      raw.destroy();
    }
  }
  // Repeating the calls returns the secrets again.
  expect((await mint({}, secrets.idempotencyKey)).text).toContain(secrets.clientSecret);
  expect((await mint({ mode: "staged" }, secrets.otherIdempotencyKey)).text).toContain(secrets.pendingSecret);
  await mint({ graceSeconds: 1 }, secrets.idempotencyKey);
  expect(refused.at(-1)).not.toContain(secrets.idempotencyKey);

  // Correct secrets in the right fields, in calls that fail for other reasons.
  await call("GET", `${auth}/verify`, { token: rotated.clientSecret });
  for (let index = 0; index < 8; index++) {
    await call("GET", `${auth}/verify`, {
      headers: { "x-api-key": key.clientId, "x-api-secret": rotated.clientSecret },
    });
  }
  expect(refused.at(-1)).toContain("RATE_LIMITED");
  await call("POST", `${auth}/refresh`, { json: { refreshToken: refreshed.refreshToken } });
  await call("POST", `${auth}/refresh`, { json: { refreshToken: admin.refreshToken } });
  expect(refused.at(-1)).toContain("UNAUTHORIZED");

  // An unexpected error on the path of each secret.
  const restoreWrites = await database.breakWrites("audit_events", "insert");
  await call("POST", `${auth}/keys`, { token: leaving.token, json: { name: "x" } });
  expect(refused.at(-1)).toContain("INTERNAL");
  await restoreWrites();
  await call("POST", `${auth}/signout?token=${leaving.token}`, { token: leaving.token });
  await call("GET", `${auth}/me?token=${leaving.token}`, { token: leaving.token });
  expect(refused.at(-1)).toContain("UNAUTHORIZED");

  client.close();
  const running = await database.readBytes();
  await server.stop();

  expect(refused.length).toBeGreaterThan(1_000);
  const inBodies = new Set(refused.flatMap((text) => findSecrets(text, secrets)));
  expect([...inBodies]).toEqual([]);
  const log = server.stdout() + server.stderr();
  expect(log.split("\n").length).toBeGreaterThan(1_000);
  expect(findSecrets(log, secrets)).toEqual([]);
  for (const content of [...running, ...(await database.readBytes())])
    expect(findSecrets(content, secrets)).toEqual([]);
  const stored = Buffer.concat(running);
  expect(stored.includes(key.clientId)).toBe(true);
}, 300_000);

it("S-36 log lines have only known fields and no control characters, for any client input", async () => {
  const env = { DATABASE_URL: "sqlite::memory:", LOG_LEVEL: "trace" };
  const server = await useServerProcess(env);
  const hostile = "%1b%5b31m%0d%0a%7b%22level%22:%22fatal%22%7d%c2%9b2J%e2%80%ae";
  const client = createHttpClient(server.url);
  for (const path of [`/${hostile}`, `${auth}/keys/${hostile}?x=${hostile}`, `${auth}/verify?${hostile}`]) {
    await client.call("GET", path, { headers: { "user-agent": "\u009b2J\u00ff", "x-forwarded-for": "\u009b31m" } });
  }
  client.close();
  await server.stop();
  const lines = server.stdout().trimEnd().split("\n");
  const allowed = [
    "level",
    "time",
    "msg",
    "requestId",
    "method",
    "route",
    "status",
    "durationMs",
    "ip",
    "userId",
    "companyId",
    "url",
    "signal",
    "complete",
  ];
  for (const line of lines) {
    expect(
      Object.keys(JSON.parse(line)).filter((field) => !allowed.includes(field)),
      line,
    ).toEqual([]);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the test checks that there are none.
    expect(line).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/);
  }
  const requests = lines.map((line) => JSON.parse(line)).filter(({ msg }) => msg === "request");
  expect(requests.map(({ route }) => route)).toEqual(["(none)", `${auth}/keys/:id`, `${auth}/verify`]);
});
