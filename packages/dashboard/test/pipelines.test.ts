import { BrikSync, type Trust } from "@briksync/sdk";
import type { Locator, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { isChromiumMissing, nameChromiumSuite } from "../../../tools/chromium.ts";
import { type GitLabIssuer, startGitLabIssuer } from "../../../tools/gitlab-issuer.ts";
import { expectNoFindings } from "./support/accessibility.ts";
import { press, readFocus } from "./support/open-key.ts";
import { seedKey } from "./support/seed-keys.ts";
import { exchangeToken, trustPipeline } from "./support/trust-pipeline.ts";
import { useDashboard } from "./support/use-dashboard.ts";

const path = "/settings/pipelines";
const organization = "https://oidc.circleci.com/org/6f1c2d3e-4b5a-4c6d-8e7f-90a1b2c3d4e5";

/** The user's input for each provider, in the order of the form, and the warnings about the trust. */
const providers = [
  {
    label: "GitHub Actions",
    issuer: null,
    claims: {
      repository_id: "123456",
      repository_owner_id: "654321",
      workflow_path: ".github/workflows/rotate.yml",
      ref: "refs/heads/main",
    },
    warnings: ["NO_ENVIRONMENT", "UNPROTECTED_REF"],
  },
  {
    label: "GitLab CI/CD",
    issuer: null,
    claims: {
      project_id: "42",
      namespace_id: "7",
      ci_config_ref_uri: "gitlab.com/acme/web//.gitlab-ci.yml@refs/heads/main",
      ref_protected: "true",
      environment: "production",
    },
    warnings: [],
  },
  {
    label: "Buildkite",
    issuer: null,
    claims: { organization_id: "1", pipeline_id: "2", build_branch: "main", step_key: "rotate" },
    warnings: [],
  },
  {
    label: "CircleCI",
    issuer: organization,
    claims: { "oidc.circleci.com/project-id": "3", "oidc.circleci.com/vcs-ref": "refs/heads/main" },
    warnings: [],
  },
  {
    label: "Kubernetes",
    issuer: "https://kubernetes.example.com",
    claims: { sub: "system:serviceaccount:ops:rotator", "kubernetes.io/serviceaccount/uid": "4" },
    warnings: [],
  },
];

describe.skipIf(isChromiumMissing)(nameChromiumSuite("the pipelines screen"), () => {
  const settings: Record<string, string> = {};
  let issuer: GitLabIssuer;
  beforeAll(async () => {
    issuer = await startGitLabIssuer();
    settings["OIDC_ISSUERS"] = `gitlab=${issuer.url}`;
  });
  const dashboard = useDashboard(settings);
  afterAll(() => issuer?.stop());

  const table = (page: Page): Locator => page.getByRole("table", { name: "Trusted pipelines" });
  const dialog = (page: Page): Locator => page.getByRole("dialog");

  async function signIn(): Promise<{ sdk: BrikSync; accessToken: string; keyId: string }> {
    const { accessToken } = await dashboard.signIn();
    const { id: keyId } = await seedKey(dashboard, accessToken, "CRM");
    await seedKey(dashboard, accessToken, "Warehouse");
    return { sdk: new BrikSync({ baseUrl: dashboard.server.url, accessToken }), accessToken, keyId };
  }

  it("D-01 D-03 adds a trust for each provider, and shows refused fields, warnings and job variables", async () => {
    const { sdk, keyId } = await signIn();
    const { page, complaints } = await dashboard.open(path);
    await page.getByText("No pipeline is trusted yet.").waitFor();
    await expectNoFindings(page);
    await press(page, "Trust a pipeline");
    await page.keyboard.press("Enter");
    await dialog(page).getByText("Choose at least one key.").waitFor();
    await expectNoFindings(page);
    // The focus is on the first checkbox of the refused field.
    await page.keyboard.press("Space");
    await page.keyboard.press("Enter");
    await dialog(page).getByText("A name must have 1 to 100 characters").waitFor();
    await page.keyboard.type("GitHub Actions");
    await page.keyboard.press("Enter");
    await dialog(page).getByText("is missing. Pin environment or ref").waitFor();
    await expect.poll(() => readFocus(page)).toBe("");
    await expectNoFindings(page);
    await dialog(page).getByRole("button", { name: "Cancel" }).press("Enter");
    for (const { label, issuer: typed, claims, warnings } of providers) {
      await press(page, "Trust a pipeline");
      await dialog(page).getByLabel("Name").fill(label);
      await dialog(page).getByLabel("Provider").selectOption({ label });
      if (typed !== null) await dialog(page).getByLabel("Issuer").fill(typed);
      for (const [claim, value] of Object.entries(claims)) {
        await dialog(page)
          .getByLabel(new RegExp(`^${claim}( \\(optional\\))?$`))
          .fill(value);
      }
      await dialog(page).getByLabel("CRM").check();
      await dialog(page).getByRole("button", { name: "Trust the pipeline" }).press("Enter");
      const details = page.getByRole("dialog", { name: label, exact: true });
      await details.getByText("No job was refused.").waitFor();
      const [trust] = (await sdk.trusts.list()).filter(({ name }) => name === label) as [Trust];
      expect(trust).toMatchObject({ claims, keyIds: [keyId], ...(typed !== null && { issuer: typed }) });
      expect(trust.warnings.map(({ type }) => type)).toEqual(warnings);
      const text = await details.textContent();
      for (const { message } of trust.warnings) expect(text).toContain(`${message}.`);
      expect(text).toContain(`BRIKSYNC_SERVER=${dashboard.server.url}\nBRIKSYNC_TRUST=${trust.id}`);
      await expect.poll(() => readFocus(page)).toBe("Copy variables");
      if (label === "GitHub Actions") await expectNoFindings(page);
      await page.keyboard.press("Escape");
      await details.waitFor({ state: "detached" });
      await expect.poll(() => readFocus(page)).toBe("Trust a pipeline");
    }
    expect(await table(page).getByRole("rowheader").allTextContents()).toEqual([
      "GitHub Actions2 warnings",
      ...providers.slice(1).map(({ label }) => label),
    ]);
    await page.setViewportSize({ width: 320, height: 640 });
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(320);
    await expectNoFindings(page);
    // Chromium itself logs each refusal.
    expect(complaints.filter((text) => !text.includes("422"))).toEqual([]);
  });

  it("I-03 shows the last run and refused jobs, and disables, enables and removes a trust immediately", async () => {
    const { accessToken, keyId } = await signIn();
    const { id } = await trustPipeline(dashboard, accessToken, "Release", [keyId], issuer.url);
    expect(await exchangeToken(dashboard, issuer, id)).toBe(200);
    expect(await exchangeToken(dashboard, issuer, id, { environment: "test" })).toBe(403);
    const { page, complaints } = await dashboard.open(path);
    await table(page).getByText("acme/web").waitFor();
    expect((await table(page).getByRole("cell").allTextContents()).slice(0, 4)).toEqual([
      "GitLab CI/CD",
      "CRM",
      expect.stringMatching(/now|ago/),
      "Enabled",
    ]);
    await press(page, "Details “Release”");
    const refused = page.getByRole("table", { name: "Refused jobs" }).getByRole("cell");
    await refused.first().waitFor();
    expect(await refused.allTextContents()).toEqual([
      expect.stringMatching(/^acme\/web.*\.gitlab-ci\.yml@refs\/heads\/main 4711$/),
      "environment",
      "testThe trust expects production",
    ]);
    await expectNoFindings(page);
    await page.keyboard.press("Escape");
    await expect.poll(() => readFocus(page)).toBe("Details “Release”");
    for (const [action, announced, status] of [
      ["Disable", "The trust is disabled.", 403],
      ["Enable", "The trust is enabled.", 200],
      ["Remove", "The trust is removed.", 403],
    ] as const) {
      await press(page, `${action} “Release”`);
      await page.getByRole("dialog", { name: `${action} “Release”?` }).waitFor();
      await expect.poll(() => readFocus(page)).toBe("Cancel");
      if (action !== "Remove") await expectNoFindings(page);
      await dialog(page).getByRole("button", { name: action, exact: true }).press("Enter");
      await page.getByRole("status").getByText(announced).waitFor({ state: "attached" });
      await expect.poll(() => readFocus(page)).toBe("Trusted pipelines");
      expect(await exchangeToken(dashboard, issuer, id), action).toBe(status);
    }
    await page.getByText("No pipeline is trusted yet.").waitFor();
    await page.getByRole("link", { name: "Audit" }).click();
    const event = page.getByRole("row").filter({ hasText: "Job refused" }).last();
    await event.waitFor();
    expect(await event.textContent()).toContain("claim: environment, has: test");
    expect(await event.getByRole("cell").nth(1).textContent()).toBe("Release");
    expect(complaints).toEqual([]);
  });

  it("adds a trust once despite a lost connection, filters keys, and handles a removal by another admin", async () => {
    const { sdk, accessToken } = await signIn();
    for (let index = 0; index < 10; index++) await seedKey(dashboard, accessToken, `Shop ${index}`);
    const { page } = await dashboard.open(path);
    let isCut = false;
    await page.route("**/external/v1/auth/trusts", async (route) => {
      if (route.request().method() !== "POST" || isCut) return route.continue();
      isCut = true;
      // The server executes the call, but its response never arrives.
      await route.fetch();
      return route.abort("connectionreset");
    });
    await press(page, "Trust a pipeline");
    await dialog(page).getByLabel("Name").fill(" Deploys ");
    await dialog(page).getByLabel("Provider").selectOption("buildkite");
    for (const claim of ["organization_id", "pipeline_id", "build_branch"]) {
      await dialog(page).getByLabel(claim).fill("main");
    }
    await dialog(page).getByLabel("Filter keys").fill("shop 7");
    await expect.poll(() => dialog(page).getByRole("checkbox").count()).toBe(1);
    await dialog(page).getByRole("checkbox").check();
    await dialog(page).getByRole("button", { name: "Trust the pipeline" }).press("Enter");
    await page.getByText("Check again looks for the trust").waitFor();
    await expectNoFindings(page);
    await page.getByRole("button", { name: "Check again" }).press("Enter");
    await page.getByRole("dialog", { name: "Deploys" }).getByText("BRIKSYNC_TRUST").waitFor();
    await page.keyboard.press("Escape");
    const trusts = await sdk.trusts.list();
    expect(trusts.map(({ name }) => name)).toEqual(["Deploys"]);
    await press(page, "Disable “Deploys”");
    await sdk.trusts.remove(trusts[0]?.id ?? "");
    await dialog(page).getByRole("button", { name: "Disable" }).press("Enter");
    await dialog(page).getByText("Resource does not exist").waitFor();
    await dialog(page).getByRole("button", { name: "Close" }).press("Enter");
    await page.getByText("No pipeline is trusted yet.").waitFor();
  });

  it("explains the limits to Members and on the FREE plan, and lets a downgraded company clean up", async () => {
    const { account, accessToken } = await dashboard.signIn();
    const { id: keyId } = await seedKey(dashboard, accessToken, "CRM");
    await trustPipeline(dashboard, accessToken, "Release", [keyId]);
    const sdk = new BrikSync({ baseUrl: dashboard.server.url, accessToken });
    const expiresAt = new Date(Date.now() + 86_400_000);
    await sdk.tokens.create({ name: "Jenkins", may: ["rotate"], keyIds: [keyId], expiresAt });
    await dashboard.server.setPlan(account, "FREE");
    const { page } = await dashboard.open(path);
    await page.getByText("Pipelines need the BUSINESS plan").waitFor();
    for (const name of ["Trust a pipeline", "Create a token", "Rotate “Jenkins”"]) {
      const button = page.getByRole("button", { name, exact: true });
      expect(await button.getAttribute("aria-disabled"), name).toBe("true");
      const explained = (await button.getAttribute("aria-describedby")) ?? "";
      expect(await page.locator(`[id="${explained}"]`).textContent()).toContain("Settings → Billing");
    }
    await expectNoFindings(page);
    await press(page, "Revoke “Jenkins”");
    await dialog(page).getByRole("button", { name: "Revoke" }).press("Enter");
    await page.getByRole("table", { name: "Automation tokens" }).getByText("Revoked").waitFor();
    await press(page, "Remove “Release”");
    await dialog(page).getByRole("button", { name: "Remove" }).press("Enter");
    await page.getByText("No pipeline is trusted yet.").waitFor();
    await dashboard.signIn({ privilege: 3 });
    await page.reload();
    await page.getByText("Admins and Super Admins manage API keys").waitFor();
    expect(await page.getByRole("heading").allTextContents()).toEqual(["Pipelines"]);
    expect(await page.getByRole("main").getByRole("button").count()).toBe(0);
    await expectNoFindings(page);
  });
});
