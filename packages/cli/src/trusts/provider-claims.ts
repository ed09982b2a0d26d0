import type { TrustProvider } from "@briksync/sdk";
import type { Context } from "../context.ts";
import { CliError } from "../errors/cli-error.ts";

/** The options of `trust add` for all providers. */
export interface ProviderOptions {
  readonly workflow?: string;
  readonly environment?: string;
  readonly ref?: string;
  readonly repoId?: string;
  readonly ownerId?: string;
  readonly reusable?: string;
  readonly issuer?: string;
  readonly config?: string;
  readonly projectId?: string;
  readonly namespaceId?: string;
  readonly unprotected?: boolean;
  readonly organizationId?: string;
  readonly pipelineId?: string;
  readonly branch?: string;
  readonly step?: string;
  readonly uid?: string;
}

/** The claims that a trust pins. `subject` names it for people, as the default of the trust's name. */
export interface PinnedClaims {
  readonly subject: string;
  readonly issuer?: string;
  readonly claims: Readonly<Record<string, string>>;
}

/** Returns the claims that a trust for these options pins. Throws USAGE if a value is missing or malformed. */
export async function pinClaims(
  context: Context,
  provider: TrustProvider,
  place: string,
  options: ProviderOptions,
): Promise<PinnedClaims> {
  switch (provider) {
    case "github":
      return pinGitHub(context, place, options);
    case "gitlab":
      return pinGitLab(context, place, options);
    case "buildkite":
      return pinBuildkite(place, options);
    case "circleci":
      return pinCircleCi(place, options);
    case "kubernetes":
      return pinKubernetes(place, options);
  }
}

async function pinGitHub(context: Context, place: string, options: ProviderOptions): Promise<PinnedClaims> {
  const { workflow = "", environment, ref, repoId, ownerId, reusable } = options;
  if (!/^[\w.-]+\/[\w.-]+$/.test(place)) throw refuse(`"${place}" is not a repository.`, "Pass OWNER/REPO.");
  if (environment === undefined && ref === undefined) {
    throw refuse(
      "A trust for GitHub needs an environment or a branch.",
      "Pass --environment NAME. Its reviewers then approve each job. Without environments, pass --ref BRANCH.",
    );
  }
  const path = workflow.includes("/") ? workflow : `.github/workflows/${workflow}`;
  if (!/\.ya?ml$/.test(path)) throw refuse(`"${workflow}" is not a workflow file.`, "Pass a name such as rotate.yml.");
  const ids =
    repoId !== undefined && ownerId !== undefined
      ? { repositoryId: checkId("--repo-id", repoId), ownerId: checkId("--owner-id", ownerId) }
      : await findGitHubIds(context, place);
  return {
    subject: `${place} ${path.split("/").at(-1)}`,
    claims: {
      repository_id: ids.repositoryId,
      repository_owner_id: ids.ownerId,
      workflow_path: path,
      ...(environment !== undefined && { environment }),
      ...(ref !== undefined && { ref: completeRef(ref) }),
      ...(reusable !== undefined && { job_workflow_ref: reusable }),
    },
  };
}

async function pinGitLab(context: Context, place: string, options: ProviderOptions): Promise<PinnedClaims> {
  const { issuer = "https://gitlab.com", config = ".gitlab-ci.yml", environment, projectId, namespaceId } = options;
  if (!/^[\w.-]+(\/[\w.-]+)+$/.test(place)) throw refuse(`"${place}" is not a project.`, "Pass GROUP/PROJECT.");
  if (!URL.canParse(issuer)) throw refuse(`--issuer ${JSON.stringify(issuer)} is not a URL.`, "Pass https://HOST.");
  const base = issuer.replace(/\/$/, "");
  const isComplete = projectId !== undefined && namespaceId !== undefined && options.ref !== undefined;
  const found = isComplete ? null : await findGitLabIds(context, base, place);
  const ref = completeRef(options.ref ?? found?.defaultBranch ?? "");
  return {
    subject: `${place} ${config}`,
    issuer: base,
    claims: {
      project_id: projectId ?? found?.projectId ?? "",
      namespace_id: namespaceId ?? found?.namespaceId ?? "",
      ci_config_ref_uri: `${base.replace(/^https?:\/\//, "")}/${place}//${config}@${ref}`,
      ref_protected: options.unprotected === true ? "false" : "true",
      ...(environment !== undefined && { environment }),
    },
  };
}

function pinBuildkite(place: string, options: ProviderOptions): PinnedClaims {
  const { organizationId = "", pipelineId = "", branch = "", step } = options;
  return {
    subject: `${place} ${branch}`,
    claims: {
      organization_id: organizationId,
      pipeline_id: pipelineId,
      build_branch: branch,
      ...(step !== undefined && { step_key: step }),
    },
  };
}

function pinCircleCi(place: string, options: ProviderOptions): PinnedClaims {
  const { organizationId = "", projectId = "", ref = "" } = options;
  return {
    subject: `${place} ${ref}`,
    issuer: `https://oidc.circleci.com/org/${organizationId}`,
    claims: {
      "oidc.circleci.com/project-id": projectId,
      "oidc.circleci.com/vcs-ref": completeRef(ref),
    },
  };
}

function pinKubernetes(place: string, { issuer = "", uid = "" }: ProviderOptions): PinnedClaims {
  const [, namespace, account] = /^([a-z0-9.-]+)\/([a-z0-9.-]+)$/.exec(place) ?? [];
  if (namespace === undefined || account === undefined) {
    throw refuse(`"${place}" is not a service account.`, "Pass NAMESPACE/SERVICE_ACCOUNT.");
  }
  return {
    subject: place,
    issuer,
    claims: {
      sub: `system:serviceaccount:${namespace}:${account}`,
      "kubernetes.io/serviceaccount/uid": uid,
    },
  };
}

/** Tokens contain the full name of a branch or tag. */
function completeRef(ref: string): string {
  return ref.startsWith("refs/") ? ref : `refs/heads/${ref}`;
}

function checkId(flag: string, text: string): string {
  if (/^\d{1,20}$/.test(text)) return text;
  throw refuse(
    `${flag} ${JSON.stringify(text)} is not an ID.`,
    "GitHub's IDs are numbers. See: gh api repos/OWNER/REPO",
  );
}

function refuse(message: string, hint: string): CliError {
  return new CliError("USAGE", message, { hint });
}

const timeoutMs = 10_000;
const bytesMax = 1024 * 1024;

/**
 * Returns the IDs of a public repository from GitHub's API. Sends no credential. GITHUB_API_URL selects another API, as
 * in GitHub's own runners. Throws USAGE with the options to pass if the API does not know the repository.
 */
async function findGitHubIds(
  context: Context,
  repository: string,
): Promise<{ readonly repositoryId: string; readonly ownerId: string }> {
  const base = (context.env["GITHUB_API_URL"] || "https://api.github.com").replace(/\/$/, "");
  const body = await readPublic(context, `${base}/repos/${repository}`, {
    what: `the repository ${repository}`,
    hint: `Pass --repo-id and --owner-id. To see them, run: gh api repos/${repository} --jq '.id, .owner.id'`,
  });
  return { repositoryId: String(body.id), ownerId: String(body.owner?.id) };
}

/**
 * Returns the IDs of a public project from the API of a GitLab instance. Sends no credential. Throws USAGE like
 * {@link findGitHubIds}.
 */
async function findGitLabIds(
  context: Context,
  instance: string,
  project: string,
): Promise<{ readonly projectId: string; readonly namespaceId: string; readonly defaultBranch: string }> {
  const body = await readPublic(context, `${instance}/api/v4/projects/${encodeURIComponent(project)}`, {
    what: `the project ${project}`,
    hint: "Pass --project-id, --namespace-id and --ref. GitLab shows the IDs on the page of the project and of its group.",
  });
  const { id, namespace, default_branch: defaultBranch } = body;
  return { projectId: String(id), namespaceId: String(namespace?.id), defaultBranch: String(defaultBranch) };
}

/** The values that both platforms return for a repository or project. */
interface PublicIds {
  readonly id: number;
  readonly owner?: { readonly id?: number };
  readonly namespace?: { readonly id?: number };
  readonly default_branch?: string;
}

async function readPublic(
  { io, signal }: Context,
  url: string,
  { what, hint }: { readonly what: string; readonly hint: string },
): Promise<PublicIds> {
  using _waiting = io.startWaiting(`Looking up ${what}`);
  let reason: string;
  try {
    const response = await fetch(url, {
      headers: { accept: "application/json", "user-agent": "briksync-cli" },
      signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
    });
    const text = await response.text();
    const body: unknown = response.ok && text.length < bytesMax ? JSON.parse(text) : null;
    if (hasIds(body)) return body;
    reason = response.status === 404 ? "It is private, or it does not exist" : `The status is ${response.status}`;
  } catch {
    signal.throwIfAborted();
    reason = "There was no usable response";
  }
  const message = `${new URL(url).origin} does not return the IDs of ${what}. ${reason}.`;
  throw new CliError("USAGE", message, { hint });
}

function hasIds(body: unknown): body is PublicIds {
  const { id, owner, namespace } = (body ?? {}) as Partial<PublicIds>;
  return typeof id === "number" && typeof (owner?.id ?? namespace?.id) === "number";
}
