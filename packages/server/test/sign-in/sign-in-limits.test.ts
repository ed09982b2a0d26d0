import { describe, expect, it } from "vitest";
import { SignInLimiter } from "../../src/domain/sign-in-limits/sign-in-limiter.ts";
import { expectError } from "../support/expect-error.ts";
import type { HttpClient, HttpResponse } from "../support/http-client.ts";
import { useTestServer } from "../support/lifetimes.ts";
import { createPerson, otherPassword, type Person, signInPerson } from "../support/people.ts";
import type { TestServer } from "../support/start-server.ts";

const auth = "/external/v1/auth";

/**
 * Starts a server behind a proxy, so that each call can come from its own address. Time stands still for its limits.
 */
const useLimitedServer = (): Promise<TestServer> =>
  useTestServer({ TRUSTED_PROXIES: "127.0.0.1" }, (deps) => ({
    ...deps,
    signInLimiter: new SignInLimiter({
      nowMs: () => 0,
      maxEntries: 10_000,
      digest: (text) => deps.secretHasher.digestToken("sign-in-limit", text),
    }),
  }));

interface Attempt {
  readonly login: string;
  readonly password?: string;
  readonly from?: string;
  readonly deviceToken?: string | undefined;
}

function signIn(
  client: HttpClient,
  { login, password = otherPassword, from, deviceToken }: Attempt,
): Promise<HttpResponse> {
  return client.call("POST", `${auth}/signin`, {
    json: { email: login, password, ...(deviceToken === undefined ? {} : { deviceToken }) },
    headers: from === undefined ? {} : { "x-forwarded-for": from },
  });
}

/** Returns everything by which a client can distinguish two responses, except what differs in every call. */
function toComparable({ status, rawHeaders, text, body }: HttpResponse): unknown {
  const headers = rawHeaders.map((value, index) =>
    /^(date|x-request-id)$/i.test(rawHeaders[index - 1] ?? "") ? "(differs)" : value,
  );
  const requestId: string = body?.error?.requestId ?? "";
  return { status, headers, text: requestId === "" ? text : text.replace(requestId, "(differs)") };
}

/** Makes the calls one after another, and returns what a client sees. */
async function observe(client: HttpClient, attempts: readonly Attempt[]): Promise<unknown[]> {
  const seen: unknown[] = [];
  for (const attempt of attempts) seen.push(toComparable(await signIn(client, attempt)));
  return seen;
}

/** Returns addresses in separate networks. */
function listAddresses(count: number, first = 0): string[] {
  return Array.from({ length: count }, (_, index) => `100.${(first + index) >> 8}.${(first + index) & 255}.1`);
}

describe("what the limits reveal", () => {
  it("S-61 after 50 failures from one address, responses do not show who signed in from there", async () => {
    const server = await useLimitedServer();
    const person = await createPerson(server.deps);
    const from = "203.0.113.7";
    expect((await signIn(server, { login: person.email, password: person.password, from })).status).toBe(200);
    for (let index = 0; index < 50; index++) {
      expectError(await signIn(server, { login: `nobody-${index}@partner.example`, from }), "SIGN_IN_FAILED");
    }
    const [known, unknown] = await observe(server, [
      { login: person.email, from },
      { login: "nobody@partner.example", from },
    ]);
    expect(known).toEqual(unknown);
    expect(known).toMatchObject({ status: 429 });
  });

  it("S-61 S-04 email and username of one account behave like two unknown names", async () => {
    const names: [string, string][] = [["nobody@partner.example", "nobody"]];
    const observed: unknown[] = [];
    for (const isReal of [true, false]) {
      const server = await useLimitedServer();
      const person = await createPerson(server.deps, { username: "ada" });
      const [email, username] = isReal ? [person.email, "ada"] : (names[0] ?? ["", ""]);
      const from = "203.0.113.7";
      observed.push(
        await observe(server, [
          ...Array.from({ length: 12 }, () => ({ login: email, from })),
          ...Array.from({ length: 12 }, () => ({ login: username, from })),
          { login: username, from: "198.51.100.1" },
          { login: email, from: "198.51.100.1" },
        ]),
      );
    }
    expect(observed[0]).toEqual(observed[1]);
    const statuses = (observed[0] as { status: number }[]).map(({ status }) => status);
    expect(statuses).toEqual([...[...Array(10).fill(401), 429, 429], ...[...Array(10).fill(401), 429, 429], 401, 401]);
  });
});

describe("guesses of the current password", () => {
  const change = (
    server: TestServer,
    token: string,
    from: string,
    currentPassword = otherPassword,
  ): Promise<HttpResponse> =>
    server.call("POST", `${auth}/password`, {
      token,
      json: { currentPassword, newPassword: "eighteen quiet copper kettles" },
      headers: { "x-forwarded-for": from },
    });

  it("S-62 POST /password allows ten guesses per session, from any number of addresses", async () => {
    const server = await useLimitedServer();
    const person = await signInPerson(server, await createPerson(server.deps));
    const responses: HttpResponse[] = [];
    for (const from of listAddresses(15)) responses.push(await change(server, person.token, from));
    expect(responses.map(({ status }) => status)).toEqual([...Array(10).fill(401), ...Array(5).fill(429)]);
    expectError(await change(server, person.token, "203.0.113.7", person.password), "RATE_LIMITED");
  });
});

describe("failures of strangers", () => {
  async function guessFrom(server: TestServer, person: Person, addresses: readonly string[], times: number) {
    const responses: HttpResponse[] = [];
    for (const from of addresses) {
      for (let time = 0; time < times; time++) responses.push(await signIn(server, { login: person.email, from }));
    }
    return responses.map(({ status }) => status);
  }

  it("S-61 fifty failures over five addresses do not block the owner", async () => {
    const server = await useLimitedServer();
    const person = await createPerson(server.deps);
    const { email: login, password } = person;
    const { body } = await signIn(server, { login, password, from: "203.0.113.7" });
    expect(await guessFrom(server, person, listAddresses(5), 10)).toEqual(Array(50).fill(401));
    const { deviceToken } = body;
    expect((await signIn(server, { login, password, from: "192.0.2.1", deviceToken })).status).toBe(200);
    // The owner can also sign in without a known device, from a network without failures.
    expect((await signIn(server, { login, password, from: "192.0.2.1" })).status).toBe(200);
  });

  it("S-61 S-02 sixty concurrent sign-ins of strangers do not block the owner", async () => {
    const server = await useLimitedServer();
    const person = await createPerson(server.deps);
    const { email: login, password } = person;
    const { deviceToken } = (await signIn(server, { login, password, from: "203.0.113.7" })).body;
    const strangers = listAddresses(60).map((from, index) =>
      signIn(server, { login: `nobody-${index}@partner.example`, from }),
    );
    const owner = await signIn(server, { login, password, from: "203.0.113.7", deviceToken });
    const busy = (await Promise.all(strangers)).filter(({ status }) => status === 503);
    expect(owner.status).toBe(200);
    expect(busy.length).toBeGreaterThan(0);
  });
});

describe("unreadable addresses", () => {
  it("S-61 do not share one counter", async () => {
    const server = await useLimitedServer();
    const person = await createPerson(server.deps);
    for (let index = 0; index < 60; index++) {
      const response = await signIn(server, { login: `nobody-${index}@partner.example`, from: "unknown" });
      expectError(response, "SIGN_IN_FAILED");
    }
    const { email: login, password } = person;
    expect((await signIn(server, { login, password, from: "unknown" })).status).toBe(200);
  });
});
