import { spawnSync } from "node:child_process";
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { requireFreshBuild } from "../../../../tools/fresh-build.ts";
import {
  type Account,
  type AccountInput,
  startServer,
  type TestServer,
} from "../../../cli/test/support/server-process.ts";
import { type Host, startHost } from "./stand-in-host.ts";

const executablePath = spawnSync("sh", ["-c", "command -v chromium"], { encoding: "utf8" }).stdout.trim();

/** Whether to skip tests, because Chromium is not installed. In CI it must be there, and the tests then fail. */
export const isChromiumMissing = executablePath === "" && process.env["CI"] !== "true";

/** Returns the title of a suite, with the reason if it is skipped. */
export function nameSuite(title: string): string {
  return isChromiumMissing ? `${title} (chromium is not installed)` : title;
}

/** A page in Chromium, and what it wrote to the console. */
export interface OpenPage {
  readonly page: Page;
  readonly context: BrowserContext;
  /** Messages of the console and errors of scripts. */
  readonly complaints: string[];
}

/** The built page before a real server, in Chromium. */
export interface Dashboard {
  readonly server: TestServer;
  readonly host: Host;
  readonly browser: Browser;
  /** Creates an account, and lets the page have its session. */
  signIn(input?: AccountInput): Promise<{ account: Account; accessToken: string }>;
  /** Opens the server's page at a path, in a context of its own. */
  open(path?: string, options?: BrowserContextOptions): Promise<OpenPage>;
  close(): Promise<void>;
}

/** Starts the server, the host and Chromium. */
export async function startDashboard(env: Readonly<Record<string, string>> = {}): Promise<Dashboard> {
  requireFreshBuild("dashboard");
  let server: TestServer | null = null;
  const host = await startHost(() => server?.url ?? "");
  server = await startServer({ ACCESS_TOKEN_TTL: "3600", CORS_ORIGINS: host.url, ...env });
  const started = server;
  // Chromium refuses to run as root with its sandbox. It sees nothing but our own pages.
  const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
  return {
    server,
    host,
    browser,
    async signIn(input) {
      const account = await started.createAccount(input);
      const accessToken = await started.signIn(account);
      host.useSession(() => started.signIn(account));
      return { account, accessToken };
    },
    async open(path = "/settings/api-access", options = {}) {
      const context = await browser.newContext({ locale: "en-US", ...options });
      const page = await context.newPage();
      page.setDefaultTimeout(15_000);
      const complaints: string[] = [];
      page.on("console", (message) => complaints.push(message.text()));
      page.on("pageerror", (error) => complaints.push(error.message));
      await page.goto(host.url + path);
      return { page, context, complaints };
    },
    async close() {
      await browser.close();
      await started.stop();
      host.close();
    },
  };
}
