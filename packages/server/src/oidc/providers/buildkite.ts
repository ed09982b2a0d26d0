import type { Provider } from "../../domain/trusts/provider.ts";
import { readText, readTexts } from "./read-claims.ts";

const required = [["organization_id"], ["pipeline_id"], ["build_branch"]] as const;
const optional = ["step_key", "build_source", "runner_environment", "cluster_id", "queue_key"] as const;

/** Buildkite ("OpenID Connect" and `buildkite-agent oidc` of Buildkite's documentation). */
export const buildkite: Provider = {
  issuer: "https://agent.buildkite.com",
  isIssuer: () => false,
  required,
  optional,
  // `buildkite-agent oidc request-token` gets another token for each command.
  reuseMax: 1,
  owner: ["organization_id"],
  hasAudienceList: false,
  read: (claims) => readTexts(claims, [...required.flat(), ...optional]),
  findRefused: () => null,
  describeRun: (claims) => ({
    repository: `${readText(claims, "organization_slug") ?? ""}/${readText(claims, "pipeline_slug") ?? ""}`,
    workflow: readText(claims, "step_key") ?? "",
    runId: readText(claims, "build_number") ?? "",
  }),
};
