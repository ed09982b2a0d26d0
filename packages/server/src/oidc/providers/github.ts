import type { Claims, Provider, RefusedClaim } from "../../domain/trusts/provider.ts";
import { readText, readTexts } from "./read-claims.ts";

const required = [["repository_id"], ["repository_owner_id"], ["workflow_path"], ["environment", "ref"]] as const;
const optional = ["job_workflow_ref", "ref_type", "runner_environment", "repository_visibility"] as const;

/** Events that run code of somebody without write access to the repository, or with the rights of another workflow. */
const refusedEvents: readonly string[] = ["pull_request", "pull_request_target", "workflow_run"];
const pullRequestRef = /^refs\/pull\//;

/**
 * Returns the path of the workflow file in its repository, such as `.github/workflows/rotate.yml`. `workflow_ref` is
 * `OWNER/REPOSITORY/PATH@REF`. Undefined if its repository or its ref differs from that of the token.
 */
function readWorkflowPath(claims: Claims): string | undefined {
  const [whole, repository, ref] = ["workflow_ref", "repository", "ref"].map((name) => readText(claims, name));
  if (whole === undefined || repository === undefined || ref === undefined) return undefined;
  const [start, end] = [`${repository}/`, `@${ref}`];
  if (!whole.startsWith(start) || !whole.endsWith(end)) return undefined;
  return whole.slice(start.length, -end.length);
}

function findRefused(claims: Claims, pinned: ReadonlySet<string>): RefusedClaim | null {
  const event = readText(claims, "event_name");
  if (event === undefined || refusedEvents.includes(event)) return { claim: "event_name", value: event ?? null };
  const ref = readText(claims, "ref") ?? "";
  if (pullRequestRef.test(ref)) return { claim: "ref", value: ref };
  // The job comes from a reusable workflow. Its file is elsewhere, and other people may write it.
  const isReusable = claims["job_workflow_ref"] !== claims["workflow_ref"];
  if (!isReusable || pinned.has("job_workflow_ref")) return null;
  return { claim: "job_workflow_ref", value: readText(claims, "job_workflow_ref") ?? null };
}

/** GitHub Actions ("OpenID Connect reference" of GitHub's documentation). Never compares `sub`, which can be customized. */
export const github: Provider = {
  issuer: "https://token.actions.githubusercontent.com",
  isIssuer: () => false,
  required,
  optional,
  // A job gets another token for each request.
  reuseMax: 1,
  owner: ["repository_owner_id"],
  hasAudienceList: false,
  read(claims) {
    const found = readTexts(claims, [...required.flat(), ...optional]);
    found.delete("workflow_path");
    const path = readWorkflowPath(claims);
    if (path !== undefined) found.set("workflow_path", path);
    return found;
  },
  findRefused,
  describeRun: (claims) => ({
    repository: readText(claims, "repository") ?? "",
    workflow: readWorkflowPath(claims) ?? "",
    runId: readText(claims, "run_id") ?? "",
  }),
};
