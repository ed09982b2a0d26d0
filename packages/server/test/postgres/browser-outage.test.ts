import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { StoreOutcomeUnknownError, StoreUnavailableError } from "../../src/store/store.ts";
import { Browser, publicUrl } from "../support/browser.ts";
import { type FakeSupabase, useFakeSupabase } from "../support/fake-supabase.ts";
import type { FakeUser } from "../support/fake-supabase-state.ts";
import type { HttpResponse } from "../support/http-client.ts";
import { type OwnPostgres, startOwnPostgres } from "../support/own-postgres.ts";
import { createPerson } from "../support/people.ts";
import { startTestServer, type TestServer } from "../support/start-server.ts";

const unavailable = "/login?auth=temporarily_unavailable";

describe("browsers during a database outage", () => {
  let postgres: OwnPostgres;
  let supabase: FakeSupabase;
  let server: TestServer;
  let user: FakeUser;
  const cleanUps: Array<() => void | Promise<void>> = [];
  beforeAll(async () => {
    postgres = await startOwnPostgres();
    supabase = await useFakeSupabase((cleanUp) => cleanUps.push(cleanUp));
    server = await startTestServer({
      ...postgres.env,
      SUPABASE_URL: supabase.url,
      SUPABASE_PUBLISHABLE_KEY: supabase.publishableKey,
      SUPABASE_PROVIDERS: "google",
      PUBLIC_URL: publicUrl,
    });
    const { email } = await createPerson(server.deps);
    user = supabase.project.addUser({ email, party: "google" });
  });
  afterAll(async () => {
    await server.stop();
    for (const cleanUp of cleanUps) await cleanUp();
    await postgres.remove();
  });
  beforeEach(async () => {
    postgres.proxy.restore();
    const isReady = async (): Promise<number> => (await server.call("GET", "/api/health/ready")).status;
    await expect.poll(isReady).toBe(200);
  });

  async function getCallbackUrl(browser: Browser): Promise<string> {
    const begun = await browser.open("/api/auth/start?provider=google&returnTo=/settings");
    const { pathname, search } = supabase.visitAuthorize(String(begun.headers.location), user);
    return `${pathname}${search}`;
  }

  async function signIn(): Promise<Browser> {
    const browser = new Browser({ server });
    expect((await browser.open(await getCallbackUrl(browser))).headers.location).toBe("/settings");
    return browser;
  }

  const expectRedirect = ({ status, headers }: HttpResponse, location: string): void =>
    expect([status, headers.location]).toEqual([303, location]);

  it("S-52 see an error page without a session, and are signed in afterwards", async () => {
    const browser = await signIn();
    postgres.proxy.sever();
    const page = await browser.open("/login");
    expect([page.status, page.headers["retry-after"]]).toEqual([503, "2"]);
    expect(page.headers["content-type"]).toBe("text/html; charset=utf-8");
    expect(page.text).toContain("temporarily unavailable");
    expect(page.text).not.toContain("Signed in as");
    expect((await new Browser({ server }).open("/login")).status).toBe(200);
    expect(server.failures.at(-1)?.error).toBeInstanceOf(StoreUnavailableError);
    postgres.proxy.restore();
    await expect.poll(async () => (await browser.open("/login")).text).toContain("Signed in as");
  });

  it("S-52 return from Supabase to that page without a session, and may start again", async () => {
    const browser = new Browser({ server });
    const back = await getCallbackUrl(browser);
    postgres.proxy.sever();
    expectRedirect(await browser.open(back), unavailable);
    expect(browser.cookies.size).toBe(0);
    expect(server.failures.at(-1)?.error).toBeInstanceOf(StoreUnavailableError);
  });

  it("S-52 keep the cookie of a session that may not have ended, and end it later", async () => {
    const browser = await signIn();
    postgres.proxy.sever();
    for (const form of [undefined, {}]) expectRedirect(await browser.open("/api/auth/signout", form), unavailable);
    expect(browser.cookies.has("__Host-briksync_session")).toBe(true);

    postgres.proxy.restore();
    await expect.poll(async () => (await browser.open("/login")).status).toBe(200);
    const cut = postgres.proxy.cutAt("commit\0", "after", true);
    expectRedirect(await browser.open("/api/auth/signout"), unavailable);
    await cut;
    expect(server.failures.at(-1)?.error).toBeInstanceOf(StoreOutcomeUnknownError);
    expect(browser.cookies.has("__Host-briksync_session")).toBe(true);

    postgres.proxy.restore();
    await expect.poll(async () => (await browser.open("/login")).status).toBe(200);
    expectRedirect(await browser.open("/api/auth/signout"), "/login?auth=signed_out");
    expect([...browser.cookies.keys()]).toEqual(["__Host-briksync_device"]);
  });
});
