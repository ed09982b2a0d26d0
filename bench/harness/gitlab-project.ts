import type { GitLabIssuer } from "../../tools/gitlab-issuer.ts";

/** Returns the variables with which a server accepts tokens of an issuer, and the addresses that a load makes up. */
export function acceptIssuer({ url }: GitLabIssuer): Readonly<Record<string, string>> {
  return { OIDC_ISSUERS: `gitlab=${url}`, TRUSTED_PROXIES: "127.0.0.1/32" };
}

/** What a trust pins of the tokens of a project. */
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

/** Returns a token that looks right until its signature is verified. */
export function forgeToken(issuer: GitLabIssuer, audience: string): string {
  // Longer than a bench runs.
  const claims = { exp: Math.floor(Date.now() / 1_000) + 3_000 };
  const [signed, other] = [issuer.issue(audience, claims), issuer.issue(audience, claims)];
  return `${signed.slice(0, signed.lastIndexOf("."))}${other.slice(other.lastIndexOf("."))}`;
}

/** The form of an exchange (RFC 8693). */
export function writeExchange(token: string, trustId: string): string {
  return new URLSearchParams({
    grant_type: "urn:ietf:params:oauth:grant-type:token-exchange",
    subject_token_type: "urn:ietf:params:oauth:token-type:jwt",
    subject_token: token,
    trust_id: trustId,
  }).toString();
}
