import { describe, expect, it } from "vitest";
import { sampleClaims } from "../../../test/support/workload-claims.ts";
import { providers } from "../../oidc/workload-tokens.ts";
import type { Dependencies } from "../dependencies.ts";
import { evaluateRun } from "./evaluate-run.ts";
import type { ProviderName } from "./provider.ts";

const issuer = "https://gitlab.example.com";

describe("evaluateRun", () => {
  /** Returns the tenant of a GitLab project, if trusts of these providers name its issuer. */
  async function findTenant(named: readonly ProviderName[], project: string): Promise<string> {
    const claims = { ...sampleClaims.gitlab.claims, project_path: project };
    const assertion = { issuer, id: "jti:1", endsOn: new Date(), claims };
    const deps = {
      store: { trusts: { listProviders: async () => named, findForRun: async () => null } },
      workloadTokens: {
        providers,
        listedIssuers: [],
        readIssuer: () => issuer,
        verify: async () => ({ ok: true, assertion }),
      },
    } as unknown as Pick<Dependencies, "store" | "workloadTokens">;
    const tenants: string[] = [];
    const request = { token: "", trustId: "", audience: "https://keys.example.com", ip: null };
    await evaluateRun(deps, request, (tenant) => void tenants.push(tenant));
    expect(tenants).toHaveLength(1);
    return String(tenants[0]);
  }

  it.each<{ readonly named: readonly ProviderName[] }>([
    { named: ["gitlab"] },
    { named: ["kubernetes", "gitlab"] },
    { named: ["gitlab", "kubernetes"] },
    { named: ["circleci", "gitlab"] },
  ])("limits each project on its own if trusts of $named name the issuer", async ({ named }) => {
    expect(await findTenant(named, "group/one")).not.toBe(await findTenant(named, "group/two"));
  });
});
