import type { CreateTrustInput, Trust, TrustProvider } from "@briksync/sdk/browser";

/** A claim that the form asks for. */
export interface ClaimField {
  readonly claim: string;
  readonly example?: string;
  /** Whether the server accepts a trust without it, or with another claim instead. */
  readonly isOptional?: boolean;
}

/** The fields of the form. The server decides which claims it requires. */
interface ProviderForm {
  readonly claims: readonly ClaimField[];
  /** Example of an issuer. Undefined if the provider has only one. */
  readonly issuer?: { readonly example: string; readonly isOptional: boolean };
}

/** The forms of all providers. */
export const providerForms: Readonly<Record<TrustProvider, ProviderForm>> = {
  github: {
    claims: [
      { claim: "repository_id", example: "123456" },
      { claim: "repository_owner_id", example: "654321" },
      { claim: "workflow_path", example: ".github/workflows/rotate.yml" },
      { claim: "environment", example: "production", isOptional: true },
      { claim: "ref", example: "refs/heads/main", isOptional: true },
      { claim: "job_workflow_ref", isOptional: true },
    ],
  },
  gitlab: {
    issuer: { example: "https://gitlab.com", isOptional: true },
    claims: [
      { claim: "project_id", example: "42" },
      { claim: "namespace_id", example: "7" },
      { claim: "ci_config_ref_uri", example: "gitlab.com/acme/web//.gitlab-ci.yml@refs/heads/main" },
      { claim: "ref_protected", example: "true" },
      { claim: "environment", example: "production", isOptional: true },
    ],
  },
  buildkite: {
    claims: [
      { claim: "organization_id" },
      { claim: "pipeline_id" },
      { claim: "build_branch", example: "main" },
      { claim: "step_key", example: "rotate", isOptional: true },
    ],
  },
  circleci: {
    issuer: { example: "https://oidc.circleci.com/org/ORGANIZATION_ID", isOptional: false },
    claims: [
      { claim: "oidc.circleci.com/project-id" },
      { claim: "oidc.circleci.com/vcs-ref", example: "refs/heads/main" },
    ],
  },
  kubernetes: {
    issuer: { example: "https://kubernetes.example.com", isOptional: false },
    claims: [
      { claim: "sub", example: "system:serviceaccount:NAMESPACE:NAME" },
      { claim: "kubernetes.io/serviceaccount/uid" },
    ],
  },
};

/** Returns the claims that have a value. */
export function keepFilled(
  claims: Readonly<Record<string, string>>,
  fields: readonly ClaimField[],
): Record<string, string> {
  const filled = fields.map(({ claim }) => [claim, (claims[claim] ?? "").trim()] as const);
  return Object.fromEntries(filled.filter(([, value]) => value !== ""));
}

/** Returns whether a trust is what a request asked for. */
export function isResultOf(trust: Trust, { name, provider, claims, keyIds }: CreateTrustInput): boolean {
  return (
    trust.name === name.trim() &&
    trust.provider === provider &&
    keyIds.length === trust.keyIds.length &&
    keyIds.every((id) => trust.keyIds.includes(id)) &&
    Object.keys(claims).length === Object.keys(trust.claims).length &&
    Object.entries(claims).every(([claim, value]) => trust.claims[claim] === value)
  );
}
