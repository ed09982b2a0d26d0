import { type Browser, type BrowserContext, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { chromiumOptions } from "../../../../tools/chromium.ts";
import { requireFreshBuild } from "../../../../tools/fresh-build.ts";
import { ownPage, signBrowserIn } from "../../../../tools/sign-browser-in.ts";
import {
  type Account,
  type AccountInput,
  startServer,
  type TestServer,
} from "../../../cli/test/support/server-process.ts";
import { type ForeignHost, startForeignHost } from "./foreign-host.ts";

/** A page in Chromium, and its console messages. */
export interface OpenPage {
  readonly page: Page;
  readonly context: BrowserContext;
  /** Console messages and script errors. */
  readonly complaints: string[];
}

/** The pages of a real server in Chromium. */
export interface Dashboard {
  readonly server: TestServer;
  /** A site of another origin with the element. */
  readonly foreign: ForeignHost;
  readonly browser: Browser;
  /** Creates an account and signs all open and later contexts in. */
  signIn(input?: AccountInput): Promise<{ account: Account; accessToken: string }>;
  /** Ends the sessions of all open contexts. */
  signOut(): Promise<void>;
  /** Opens a page of the server in a new context. If `path` is a URL, it opens the other site. */
  open(path?: string, options?: BrowserContextOptions): Promise<OpenPage>;
  close(): Promise<void>;
}

/** Opens a blank page in a new context, and collects its console messages. */
export async function openBlankPage(browser: Browser, options: BrowserContextOptions = {}): Promise<OpenPage> {
  const context = await browser.newContext({ locale: "en-US", ...options });
  const page = await context.newPage();
  // Several browsers share the two cores of a small CI machine.
  page.setDefaultTimeout(40_000);
  const complaints: string[] = [];
  page.on("console", (message) => complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(error.message));
  return { page, context, complaints };
}

/** Starts the server, the other site and Chromium. */
export async function startDashboard(env: Readonly<Record<string, string>> = {}): Promise<Dashboard> {
  requireFreshBuild("server");
  let server: TestServer | null = null;
  const foreign = await startForeignHost(() => server?.url ?? "");
  server = await startServer({ ACCESS_TOKEN_TTL: "3600", CORS_ORIGINS: foreign.url, ...env });
  const started = server;
  const browser = await chromium.launch(chromiumOptions);
  let current: Account | null = null;
  return {
    server,
    foreign,
    browser,
    async signIn(input) {
      const account = await started.createAccount(input);
      const accessToken = await started.signIn(account);
      current = account;
      for (const context of browser.contexts()) await context.addCookies(await signBrowserIn(started.url, account));
      return { account, accessToken };
    },
    async signOut() {
      current = null;
      for (const context of browser.contexts()) {
        const cookie = (await context.cookies()).map(({ name, value }) => `${name}=${value}`).join("; ");
        const url = `${started.url}/api/auth/signout`;
        await fetch(url, { method: "POST", headers: { ...ownPage, cookie }, redirect: "manual" });
      }
    },
    async open(path = "/settings/api-access", options = {}) {
      const opened = await openBlankPage(browser, options);
      if (current !== null) await opened.context.addCookies(await signBrowserIn(started.url, current));
      await opened.page.goto(new URL(path, started.url).href);
      return opened;
    },
    async close() {
      await browser.close();
      await started.stop();
      foreign.close();
    },
  };
}
