import type { GitLabIssuer } from "../../tools/gitlab-issuer.ts";

/** Returns variables that let a server accept tokens of an issuer, and the invented addresses of a load. */
export function acceptIssuer({ url }: GitLabIssuer): Readonly<Record<string, string>> {
  return { OIDC_ISSUERS: `gitlab=${url}`, TRUSTED_PROXIES: "127.0.0.1/32" };
}

/** Returns the claims that a trust pins for a project. */
export function pinProject({ url }: GitLabIssuer, project: number): Readonly<Record<string, string>> {
  return {
    project_id: String(project),
    namespace_id: "7",
    ci_config_ref_uri: `${new URL(url).host}/acme/web//.gitlab-ci.yml@refs/heads/main`,
    ref_protected: "true",
  };
}

/** Returns a new token of a project for a server. */
export function issueToken(issuer: GitLabIssuer, audience: string, project: number): string {
  return issuer.issue(audience, { project_id: String(project), project_path: `acme/project-${project}` });
}

/** Returns a token that looks valid until its signature is verified. */
export function forgeToken(issuer: GitLabIssuer, audience: string): string {
  // The token must not expire while a bench runs.
  const claims = { exp: Math.floor(Date.now() / 1_000) + 3_000 };
  const [signed, other] = [issuer.issue(audience, claims), issuer.issue(audience, claims)];
  return `${signed.slice(0, signed.lastIndexOf("."))}${other.slice(other.lastIndexOf("."))}`;
}

/** Returns the form body of an exchange (RFC 8693). */
export function writeExchange(token: string, trustId: string): string {
  return new URLSearchParams({
    grant_type: "urn:ietf:params:oauth:grant-type:token-exchange",
    subject_token_type: "urn:ietf:params:oauth:token-type:jwt",
    subject_token: token,
    trust_id: trustId,
  }).toString();
}
