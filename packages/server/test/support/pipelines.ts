import { afterAll, beforeAll } from "vitest";
import { type ProviderName, providerNames } from "../../src/domain/trusts/provider.ts";
import { type FakeIssuer, useFakeIssuer } from "./fake-issuer.ts";
import type { HttpClient, HttpResponse } from "./http-client.ts";
import { createTestKey, type TestKey } from "./keys.ts";
import { createSignedIn, type SignedIn } from "./people.ts";
import { startTestServer, type TestServer } from "./start-server.ts";
import { sampleClaims } from "./workload-claims.ts";

const auth = "/external/v1/auth";

/** Origin of the server, and audience of all tokens. */
export const audience = "https://keys.example.com";

/** One issuer of each provider. */
export type Issuers = Readonly<Record<ProviderName, FakeIssuer>>;

/** Starts one issuer of each provider. They stop when `onFinished` runs. */
export async function startIssuers(
  onFinished: (cleanUp: () => Promise<void> | void) => void,
  now?: () => Date,
): Promise<Issuers> {
  const started = await Promise.all(
    providerNames.map(async (name) => [name, await useFakeIssuer(audience, onFinished, now)] as const),
  );
  return Object.fromEntries(started) as unknown as Issuers;
}

/** Returns the settings of a server that accepts these issuers. */
export function listIssuers(issuers: Issuers): Record<string, string> {
  const pairs = providerNames.map((name) => `${name}=${issuers[name].url}`);
  return { PUBLIC_URL: audience, OIDC_ISSUERS: pairs.join(",") };
}

/**
 * Starts the issuers for all tests of a `describe`. The settings are complete after the hooks that were registered
 * before.
 */
export function useIssuers(now: () => Date): { readonly issuers: Issuers; readonly settings: Record<string, string> } {
  const issuers = {} as Issuers;
  const settings: Record<string, string> = {};
  const cleanUps: (() => Promise<void> | void)[] = [];
  beforeAll(async () => {
    Object.assign(issuers, await startIssuers((cleanUp) => void cleanUps.push(cleanUp), now));
    Object.assign(settings, listIssuers(issuers));
  });
  afterAll(async () => {
    for (const cleanUp of cleanUps) await cleanUp();
  });
  return { issuers, settings };
}

/** Creates a trust over HTTP that pins the sample claims of the provider. Throws if the server refuses. */
export async function createTestTrust(
  client: HttpClient,
  token: string,
  issuers: Issuers,
  provider: ProviderName,
  input: { readonly keyIds: readonly string[] } & Readonly<Record<string, unknown>>,
): Promise<{ readonly id: string } & Readonly<Record<string, unknown>>> {
  const { pinned } = sampleClaims[provider];
  const json = { name: "Rotate", provider, issuer: issuers[provider].url, claims: pinned, may: ["rotate"], ...input };
  const { status, body, text } = await client.call("POST", `${auth}/trusts`, { token, json });
  if (status !== 201) throw new Error(`createTrust answered ${status}: ${text}`);
  return body;
}

/** Sends a platform's token to the exchange, or to its explanation. */
export function exchange(client: HttpClient, trustId: string, token: string, path = "/token"): Promise<HttpResponse> {
  return client.call("POST", `${auth}${path}`, {
    headers: { "content-type": "application/x-www-form-urlencoded" },
    body: new URLSearchParams({
      grant_type: "urn:ietf:params:oauth:grant-type:token-exchange",
      subject_token_type: "urn:ietf:params:oauth:token-type:jwt",
      subject_token: token,
      trust_id: trustId,
    }).toString(),
  });
}

/** A server that accepts one issuer of each provider, an admin, and a key. */
export interface Pipelines {
  readonly server: TestServer;
  readonly issuers: Issuers;
  readonly admin: SignedIn;
  readonly key: TestKey;
  createTrust(provider?: ProviderName, input?: object, person?: SignedIn): Promise<{ readonly id: string }>;
  /** Returns a token of the provider with its sample claims. */
  sign(provider?: ProviderName, claims?: object): Promise<string>;
  exchange(trustId: string, token: string): Promise<HttpResponse>;
  explain(trustId: string, token: string): Promise<HttpResponse>;
  /** Exchanges a new token, and returns the token of the run. Throws if the server refuses. */
  startRun(trustId: string, provider?: ProviderName): Promise<string>;
  /** Calls the management plane. */
  call(method: string, path: string, token: string, json?: unknown): Promise<HttpResponse>;
}

type Started = { -readonly [Name in "server" | "issuers" | "admin" | "key"]: Pipelines[Name] };

/** Starts the server and the issuers for all tests of a `describe`. */
export function usePipelines(environment: Readonly<Record<string, string>> = {}): Pipelines {
  const cleanUps: (() => Promise<void> | void)[] = [];
  // Filled before the first test. The calls exist immediately, so that tests can destructure the object.
  const started = {} as Started;
  const calls: Omit<Pipelines, keyof Started> = {
    createTrust: (provider = "github", input = {}, { token } = started.admin) => {
      const keyIds = [started.key.id];
      return createTestTrust(started.server, token, started.issuers, provider, { keyIds, ...input });
    },
    sign: (provider = "github", claims = {}) =>
      started.issuers[provider].sign({ ...sampleClaims[provider].claims, ...claims }),
    exchange: (trustId, token) => exchange(started.server, trustId, token),
    explain: (trustId, token) => exchange(started.server, trustId, token, "/token/explain"),
    startRun: async (trustId, provider) => {
      const { status, body, text } = await calls.exchange(trustId, await calls.sign(provider));
      if (status !== 200) throw new Error(`exchangeToken answered ${status}: ${text}`);
      return body.access_token;
    },
    call: (method, path, token, json) =>
      started.server.call(method, `${auth}${path}`, json === undefined ? { token } : { token, json }),
  };
  beforeAll(async () => {
    started.issuers = await startIssuers(
      (cleanUp) => void cleanUps.push(cleanUp),
      () => started.server?.clock.now() ?? new Date(),
    );
    started.server = await startTestServer({ ...listIssuers(started.issuers), ...environment });
    started.admin = await createSignedIn(started.server);
    started.key = await createTestKey(started.server, started.admin.token);
  });
  afterAll(async () => {
    await started.server?.stop();
    for (const cleanUp of cleanUps) await cleanUp();
  });
  return Object.assign(started, calls);
}
