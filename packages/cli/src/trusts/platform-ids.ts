import type { Context } from "../context.ts";
import { CliError } from "../errors/cli-error.ts";

const timeoutMs = 10_000;
const bytesMax = 1024 * 1024;

/**
 * Returns the IDs of a public repository from GitHub's API. Sends no credential. GITHUB_API_URL selects another API, as in
 * GitHub's own runners. Throws USAGE with the options to pass if the API does not know the repository.
 */
export async function findGitHubIds(
  context: Context,
  repository: string,
): Promise<{ readonly repositoryId: string; readonly ownerId: string }> {
  const base = (context.env["GITHUB_API_URL"] || "https://api.github.com").replace(/\/$/, "");
  const body = await readPublic(context, `${base}/repos/${repository}`, {
    what: `the repository ${repository}`,
    hint: `Pass --repo-id and --owner-id. To see them, run: gh api repos/${repository} --jq '.id, .owner.id'`,
  });
  const { id, owner } = body as { id?: unknown; owner?: { id?: unknown } };
  return { repositoryId: String(id), ownerId: String(owner?.id) };
}

/** Returns the IDs of a public project from the API of a GitLab instance. Sends no credential. Throws USAGE like above. */
export async function findGitLabIds(
  context: Context,
  instance: string,
  project: string,
): Promise<{ readonly projectId: string; readonly namespaceId: string; readonly defaultBranch: string }> {
  const body = await readPublic(context, `${instance}/api/v4/projects/${encodeURIComponent(project)}`, {
    what: `the project ${project}`,
    hint: "Pass --project-id, --namespace-id and --ref. GitLab shows the IDs on the page of the project and of its group.",
  });
  const { id, namespace, default_branch } = body as {
    id?: unknown;
    namespace?: { id?: unknown };
    default_branch?: unknown;
  };
  return { projectId: String(id), namespaceId: String(namespace?.id), defaultBranch: String(default_branch) };
}

async function readPublic(
  { io, signal }: Context,
  url: string,
  { what, hint }: { readonly what: string; readonly hint: string },
): Promise<unknown> {
  const stopWaiting = io.startWaiting(`Looking up ${what}`);
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
  } finally {
    stopWaiting();
  }
  const message = `${new URL(url).origin} does not return the IDs of ${what}. ${reason}.`;
  throw new CliError("USAGE", message, { hint });
}

function hasIds(body: unknown): boolean {
  const { id, owner, namespace } = (body ?? {}) as {
    id?: unknown;
    owner?: { id?: unknown };
    namespace?: { id?: unknown };
  };
  return typeof id === "number" && typeof (owner?.id ?? namespace?.id) === "number";
}
