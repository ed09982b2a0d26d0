import { setTimeout } from "node:timers/promises";
import { expect, it, onTestFinished } from "vitest";
import { createHttpClient } from "../support/http-client.ts";
import { createTestKey, verifyStatus } from "../support/keys.ts";
import { useDependencies, useServerProcess, useTestDatabase } from "../support/lifetimes.ts";
import { createPerson, otherPassword, signInPerson } from "../support/people.ts";

it("S-02 a flood of sign-ins gets 503 while key verification is not affected", async () => {
  const database = await useTestDatabase();
  const env = { ...database.env, LOG_LEVEL: "error", RATE_LIMIT_BURST: "1000000" };
  const server = await useServerProcess(env);
  const client = createHttpClient(server.url);
  const verifying = createHttpClient(server.url);
  onTestFinished(() => {
    client.close();
    verifying.close();
  });
  const admin = await signInPerson(client, await createPerson(await useDependencies(env)));
  const key = await createTestKey(client, admin.token);

  // The server stays stopped until all calls are waiting, so that they arrive at the same time.
  server.child.kill("SIGSTOP");
  const flood = Array.from({ length: 150 }, (_, index) =>
    client.call("POST", "/external/v1/auth/signin", {
      json: { email: `nobody-${index}@partner.example`, password: otherPassword },
    }),
  );
  await setTimeout(500);
  server.child.kill("SIGCONT");
  let isOver = false;
  void Promise.all(flood).then(() => {
    isOver = true;
  });
  let verified = 0;
  while (!isOver) {
    expect(await verifyStatus(verifying, key.clientSecret)).toBe(200);
    if (!isOver) verified++;
  }
  const responses = await Promise.all(flood);
  const busy = responses.filter(({ status }) => status === 503);
  expect(busy.length).toBeGreaterThan(0);
  for (const { body, headers } of busy) {
    expect(body.error.type).toBe("UNAVAILABLE");
    expect(headers["retry-after"]).toMatch(/^[1-9]\d*$/);
  }
  expect(responses.filter(({ status }) => [401, 429].includes(status)).length).toBe(responses.length - busy.length);
  // If verifications waited for the password hashes, they would end only after the flood.
  expect(verified).toBeGreaterThan(10);
});
