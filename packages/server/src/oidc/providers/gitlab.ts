import type { Provider } from "../../domain/trusts/provider.ts";
import { isIssuerUrl, readText, readTexts } from "./read-claims.ts";

const required = [["project_id"], ["namespace_id"], ["ci_config_ref_uri"], ["ref_protected"]] as const;
const optional = ["ref", "ref_type", "environment", "environment_protected", "pipeline_source"] as const;

/** GitLab CI/CD ("OpenID Connect (OIDC) Authentication Using ID Tokens" of GitLab's documentation). */
export const gitlab: Provider = {
  issuer: "https://gitlab.com",
  isIssuer: isIssuerUrl,
  required,
  optional,
  // A job gets its token once, and may run several commands.
  reuseMax: 20,
  owner: ["namespace_id"],
  hasAudienceList: false,
  read: (claims) => readTexts(claims, [...required.flat(), ...optional]),
  findRefused(claims) {
    const [source, refPath = ""] = ["pipeline_source", "ref_path"].map((name) => readText(claims, name));
    // The project claims of such a pipeline can be those of a fork, or of the project that the fork wants to change.
    if (source === undefined || source === "merge_request_event" || source === "external_pull_request_event") {
      return { claim: "pipeline_source", value: source ?? null };
    }
    return refPath.startsWith("refs/merge-requests/") ? { claim: "ref_path", value: refPath } : null;
  },
  describeRun: (claims) => ({
    repository: readText(claims, "project_path") ?? "",
    workflow: readText(claims, "ci_config_ref_uri") ?? "",
    runId: readText(claims, "pipeline_id") ?? "",
  }),
};
