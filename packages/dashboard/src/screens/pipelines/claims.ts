import type { pipelineMessages } from "../../pipeline-messages.ts";

/** A provider that the page can set up. */
export type KnownProvider = keyof typeof pipelineMessages.addTrust.providers;

/** What the form asks for. The server says which of the claims it requires. */
export const providerForms: Readonly<
  Record<KnownProvider, { readonly hasIssuer: boolean; readonly claims: readonly string[] }>
> = {
  github: {
    hasIssuer: false,
    claims: ["repository_id", "repository_owner_id", "workflow_path", "environment", "ref", "job_workflow_ref"],
  },
  gitlab: {
    hasIssuer: true,
    claims: ["project_id", "namespace_id", "ci_config_ref_uri", "ref_protected", "environment"],
  },
  buildkite: { hasIssuer: false, claims: ["organization_id", "pipeline_id", "build_branch", "step_key"] },
  circleci: { hasIssuer: true, claims: ["oidc.circleci.com/project-id", "oidc.circleci.com/vcs-ref"] },
  kubernetes: { hasIssuer: true, claims: ["sub", "kubernetes.io/serviceaccount/uid"] },
};

/** Returns the claims that have a value. */
export function keepFilled(claims: Readonly<Record<string, string>>, names: readonly string[]): Record<string, string> {
  const filled = names.map((name) => [name, (claims[name] ?? "").trim()] as const);
  return Object.fromEntries(filled.filter(([, value]) => value !== ""));
}
