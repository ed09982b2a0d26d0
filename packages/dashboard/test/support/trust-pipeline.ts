import { BrikSync, type Trust } from "@briksync/sdk";
import type { GitLabIssuer } from "../../../../tools/gitlab-issuer.ts";
import type { Dashboard } from "./open-dashboard.ts";

/** Creates a trust for a pipeline of GitLab through the SDK. `issuer` is the URL of another GitLab. */
export function trustPipeline(
  { server }: Dashboard,
  accessToken: string,
  name: string,
  keyIds: readonly string[],
  issuer = "https://gitlab.com",
): Promise<Trust> {
  return new BrikSync({ baseUrl: server.url, accessToken }).trusts.create({
    name,
    provider: "gitlab",
    issuer,
    claims: {
      project_id: "42",
      namespace_id: "7",
      ci_config_ref_uri: `${new URL(issuer).host}/acme/web//.gitlab-ci.yml@refs/heads/main`,
      ref_protected: "true",
      environment: "production",
    },
    may: ["rotate"],
    keyIds,
  });
}

/** Exchanges a token of a job, and returns the status. Other claims replace those of the job. */
export async function exchangeToken(
  { server }: Dashboard,
  issuer: GitLabIssuer,
  trustId: string,
  claims: Readonly<Record<string, unknown>> = {},
): Promise<number> {
  const body = new URLSearchParams({
    grant_type: "urn:ietf:params:oauth:grant-type:token-exchange",
    subject_token_type: "urn:ietf:params:oauth:token-type:jwt",
    subject_token: issuer.issue(server.url, claims),
    trust_id: trustId,
  });
  return (await fetch(`${server.url}/external/v1/auth/token`, { method: "POST", body })).status;
}
