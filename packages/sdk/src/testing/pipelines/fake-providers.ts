type Claims = Readonly<Record<string, unknown>>;

/** The rules of a CI platform's tokens, as on the server. */
export interface FakeProvider {
  /** The issuer of trusts that name none. Null if they must name one. */
  readonly issuer: string | null;
  /** Claims that a trust must pin: at least one from each list. */
  readonly required: readonly (readonly string[])[];
  readonly optional: readonly string[];
  readonly reuse: number;
  /** Claims that identify the organization. Jobs of other organizations learn nothing about the trust. */
  readonly owner: readonly string[];
  read(claims: Claims, claim: string): string | null;
  /** Returns a claim that no trust can allow, or null. */
  findRefused(claims: Claims, pinned: readonly string[]): string | null;
  /** Names of the claims with the repository, the workflow and the ID of the run. */
  readonly run: readonly [string, string, string];
}

function readText(claims: Claims, claim: string): string | null {
  const value = claims[claim];
  return ["string", "number", "boolean"].includes(typeof value) ? String(value) : null;
}

function readGitHub(claims: Claims, claim: string): string | null {
  if (claim !== "workflow_path") return readText(claims, claim);
  const [whole, repository, ref] = ["workflow_ref", "repository", "ref"].map((name) => readText(claims, name) ?? "");
  const [start, end] = [`${repository}/`, `@${ref}`];
  if (!whole?.startsWith(start) || !whole.endsWith(end)) return null;
  return whole.slice(start.length, -end.length);
}

function findRefusedByGitHub(claims: Claims, pinned: readonly string[]): string | null {
  const event = readText(claims, "event_name");
  if (event === null || ["pull_request", "pull_request_target", "workflow_run"].includes(event)) return "event_name";
  if (readText(claims, "ref")?.startsWith("refs/pull/")) return "ref";
  const isReusable = claims["job_workflow_ref"] !== claims["workflow_ref"];
  return isReusable && !pinned.includes("job_workflow_ref") ? "job_workflow_ref" : null;
}

function findRefusedByGitLab(claims: Claims): string | null {
  const source = readText(claims, "pipeline_source");
  const isRequest = source === null || ["merge_request_event", "external_pull_request_event"].includes(source);
  if (isRequest) return "pipeline_source";
  return readText(claims, "ref_path")?.startsWith("refs/merge-requests/") ? "ref_path" : null;
}

const uidClaim = "kubernetes.io/serviceaccount/uid";

function readKubernetes(claims: Claims, claim: string): string | null {
  if (claim !== uidClaim) return readText(claims, claim);
  const { serviceaccount } = (claims["kubernetes.io"] ?? {}) as { serviceaccount?: Claims };
  return readText(serviceaccount ?? {}, "uid");
}

const circleCiHost = "oidc.circleci.com";

/** All providers by name. */
export const fakeProviders: Readonly<Record<string, FakeProvider>> = {
  github: {
    issuer: "https://token.actions.githubusercontent.com",
    required: [["repository_id"], ["repository_owner_id"], ["workflow_path"], ["environment", "ref"]],
    optional: ["job_workflow_ref", "ref_type", "runner_environment", "repository_visibility"],
    reuse: 1,
    owner: ["repository_owner_id"],
    read: readGitHub,
    findRefused: findRefusedByGitHub,
    run: ["repository", "workflow_path", "run_id"],
  },
  gitlab: {
    issuer: "https://gitlab.com",
    required: [["project_id"], ["namespace_id"], ["ci_config_ref_uri"], ["ref_protected"]],
    optional: ["ref", "ref_type", "environment", "environment_protected", "pipeline_source"],
    reuse: 20,
    owner: ["namespace_id"],
    read: readText,
    findRefused: findRefusedByGitLab,
    run: ["project_path", "ci_config_ref_uri", "pipeline_id"],
  },
  buildkite: {
    issuer: "https://agent.buildkite.com",
    required: [["organization_id"], ["pipeline_id"], ["build_branch"]],
    optional: ["step_key", "build_source", "runner_environment", "cluster_id", "queue_key"],
    reuse: 1,
    owner: ["organization_id"],
    read: readText,
    findRefused: () => null,
    run: ["pipeline_slug", "step_key", "build_number"],
  },
  circleci: {
    issuer: null,
    required: [[`${circleCiHost}/project-id`], [`${circleCiHost}/vcs-ref`]],
    optional: [`${circleCiHost}/vcs-origin`, `${circleCiHost}/pipeline-definition-id`],
    reuse: 20,
    owner: [],
    read: readText,
    findRefused: (claims) =>
      ["false", null].includes(readText(claims, `${circleCiHost}/ssh-rerun`)) ? null : `${circleCiHost}/ssh-rerun`,
    run: [`${circleCiHost}/vcs-origin`, `${circleCiHost}/workflow-id`, `${circleCiHost}/job-id`],
  },
  kubernetes: {
    issuer: null,
    required: [["sub"], [uidClaim]],
    optional: [],
    reuse: 200,
    owner: [],
    read: readKubernetes,
    findRefused: () => null,
    run: ["sub", "sub", "sub"],
  },
};
