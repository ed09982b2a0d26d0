import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { BrikSync } from "@briksync/sdk";
import type { Page } from "playwright-core";
import { type Dashboard, startDashboard } from "./support/open-dashboard.ts";
import { seedKey, useKey } from "./support/seed-keys.ts";
import { trustPipeline } from "./support/trust-pipeline.ts";

/** Writes screenshots to a folder: `node packages/dashboard/test/write-screenshots.ts FOLDER`. */

const folder = process.argv[2];
if (folder === undefined) throw new Error("Name the folder: node packages/dashboard/test/write-screenshots.ts FOLDER");
await mkdir(folder, { recursive: true });

const pipelinesPath = "/settings/pipelines";

type Step = (page: Page) => Promise<unknown>;

/** The steps before each screenshot. Each one starts with a new page. */
const scenes: Readonly<Record<string, { path?: string; steps: Step }>> = {
  audit: { path: "/settings/audit", steps: (page) => page.getByRole("table", { name: "Audit events" }).waitFor() },
  pipelines: { path: pipelinesPath, steps: (page) => page.getByRole("table", { name: "Trusted pipelines" }).waitFor() },
  "add-trust": {
    path: pipelinesPath,
    steps: async (page) => {
      await page.getByRole("button", { name: "Trust a pipeline" }).click();
      await page.getByLabel("Warehouse sync").waitFor();
    },
  },
  trust: {
    path: pipelinesPath,
    steps: async (page) => {
      await page.getByRole("button", { name: "Details “acme/web rotate.yml”" }).click();
      await page.getByText("No job was refused.").waitFor();
    },
  },
  "create-token": {
    path: pipelinesPath,
    steps: async (page) => {
      await page.getByRole("button", { name: "Create a token" }).click();
      await page.getByLabel("Name").waitFor();
    },
  },
  "rotated-token": {
    path: pipelinesPath,
    steps: async (page) => {
      await page.getByRole("button", { name: "Rotate “Jenkins”" }).click();
      await page.getByRole("dialog").getByRole("button", { name: "Rotate", exact: true }).click();
      await page.getByRole("dialog", { name: "Copy your automation token now" }).waitFor();
    },
  },
  account: { path: "/settings/account", steps: (page) => page.getByRole("heading", { name: "Companies" }).waitFor() },
  keys: { steps: (page) => page.getByRole("table", { name: "API keys" }).waitFor() },
  generate: { steps: (page) => page.getByRole("button", { name: "Generate New API Key" }).click() },
  refused: {
    steps: async (page) => {
      await page.getByRole("button", { name: "Generate New API Key" }).click();
      await page.getByLabel("IP restrictions").fill("203.0.113.7/24\nnonsense");
      await page.getByRole("button", { name: "Create Key" }).click();
      await page.locator(".error").first().waitFor();
    },
  },
  reveal: {
    steps: async (page) => {
      await page.getByRole("button", { name: "Generate New API Key" }).click();
      await page.getByLabel("Name").fill("CRM Integration");
      await page.getByRole("button", { name: "Create Key" }).click();
      await page.getByRole("dialog", { name: "Copy your API key now" }).waitFor();
    },
  },
  key: { steps: (page) => openKey(page, "Support desk") },
  rotate: {
    steps: async (page) => {
      await openKey(page, "Warehouse sync");
      await page.getByRole("button", { name: "Rotate" }).click();
    },
  },
  finish: {
    steps: async (page) => {
      await openKey(page, "Support desk");
      await page.getByRole("button", { name: "Finish" }).click();
    },
  },
  revoke: {
    steps: async (page) => {
      await openKey(page, "Warehouse sync");
      await page.getByRole("button", { name: "Revoke" }).click();
    },
  },
  guard: {
    steps: async (page) => {
      await openKey(page, "Billing export");
      await page.getByRole("button", { name: "Add IP Restriction" }).click();
      await page.getByLabel("IP address or CIDR range").fill("203.0.113.7");
      await page.getByRole("button", { name: "Save" }).click();
      await page.getByRole("checkbox").waitFor();
    },
  },
  unconfirmed: {
    steps: async (page) => {
      await scenes["reveal"]?.steps(page);
      page.on("dialog", (dialog) => dialog.accept());
      await page.reload();
      await page.getByRole("button", { name: "Show it again" }).waitFor();
    },
  },
};

async function openKey(page: Page, name: string): Promise<void> {
  await page.getByRole("link", { name }).click();
  await page.getByRole("table", { name: "Activity" }).waitFor();
}

async function seed(dashboard: Dashboard): Promise<void> {
  const { account, accessToken } = await dashboard.signIn({ company: "Acme Corp" });
  await dashboard.server.createAccount({ ...account, company: "Northwind Trading and Logistics", privilege: 3 });
  const crm = await seedKey(dashboard, accessToken, "Warehouse sync", ["127.0.0.1", "203.0.113.0/24", "198.51.100.7"]);
  await useKey(dashboard, crm);
  await useKey(dashboard, await seedKey(dashboard, accessToken, "Billing export"));
  await seedKey(dashboard, accessToken, "Reporting dashboard for the finance team in Utrecht");
  const sdk = new BrikSync({ baseUrl: dashboard.server.url, accessToken });
  const old = await seedKey(dashboard, accessToken, "Old shop");
  await sdk.keys.revoke(old.id);
  const rotating = await seedKey(dashboard, accessToken, "Support desk", ["2001:db8::/48"]);
  await sdk.keys.rotate(rotating.id, { mode: "staged" });
  await seedPipelines(dashboard, sdk, accessToken, [crm.id, rotating.id]);
}

async function seedPipelines(
  dashboard: Dashboard,
  sdk: BrikSync,
  accessToken: string,
  keyIds: readonly string[],
): Promise<void> {
  await sdk.trusts.create({
    name: "acme/web rotate.yml",
    provider: "github",
    claims: {
      repository_id: "123456",
      repository_owner_id: "654321",
      workflow_path: ".github/workflows/rotate.yml",
      ref: "refs/heads/main",
    },
    may: ["rotate"],
    keyIds,
  });
  const old = await trustPipeline(dashboard, accessToken, "Old shop", keyIds);
  await sdk.trusts.disable(old.id);
  const expiresAt = new Date(Date.now() + 90 * 86_400_000);
  const jenkins = await sdk.tokens.create({ name: "Jenkins", may: ["rotate"], keyIds, expiresAt });
  const cron = await sdk.tokens.create({ name: "Cron of the old host", may: ["rotate"], keyIds, expiresAt });
  await new BrikSync({ baseUrl: dashboard.server.url, accessToken: jenkins.token.reveal() }).auth.getGrant();
  await sdk.tokens.revoke(cron.id);
}

async function write(dashboard: Dashboard, name: string, prepare: Step, path?: string): Promise<void> {
  for (const [width, height] of [
    [320, 640],
    [768, 1024],
    [1280, 800],
  ] as const) {
    for (const colorScheme of ["light", "dark"] as const) {
      if (colorScheme === "dark" && width !== 1280) continue;
      const { page, context } = await dashboard.open(path, { viewport: { width, height }, colorScheme });
      await prepare(page);
      await page.waitForTimeout(100);
      await page.screenshot({
        path: join(String(folder), `${name}-${width}-${colorScheme}.png`),
        fullPage: width === 320,
      });
      await context.close();
    }
  }
}

const dashboard = await startDashboard();
try {
  await dashboard.signIn({ company: "New Company" });
  await write(dashboard, "empty", (page) => page.getByText("No API keys yet").waitFor());
  await dashboard.signIn({ plan: "FREE" });
  await write(dashboard, "plan", (page) => page.getByText("No API keys yet").waitFor());
  await dashboard.signIn({ mustChangePassword: true });
  await write(dashboard, "password", (page) => page.getByText("Change your password first").waitFor());
  await dashboard.signIn({ privilege: 3 });
  await write(dashboard, "member", (page) => page.getByText("Admins and Super Admins").waitFor());
  await seed(dashboard);
  for (const [name, { path, steps }] of Object.entries(scenes)) await write(dashboard, name, steps, path);
} finally {
  await dashboard.close();
}
