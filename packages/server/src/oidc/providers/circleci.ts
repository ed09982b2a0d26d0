import type { Provider } from "../../domain/trusts/provider.ts";
import { readText, readTexts } from "./read-claims.ts";

const prefix = "oidc.circleci.com";
const required = [[`${prefix}/project-id`], [`${prefix}/vcs-ref`]] as const;
const optional = [`${prefix}/vcs-origin`, `${prefix}/pipeline-definition-id`] as const;
const organizationIssuer = /^https:\/\/oidc\.circleci\.com\/org\/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** CircleCI ("Using OpenID Connect tokens in jobs" of CircleCI's documentation). */
export const circleci: Provider = {
  issuer: null,
  isIssuer: (issuer) => organizationIssuer.test(issuer),
  required,
  optional,
  // A job gets its token once, and may run several commands.
  reuseMax: 20,
  // Each organization has its own issuer.
  owner: [],
  hasAudienceList: false,
  read: (claims) => readTexts(claims, [...required.flat(), ...optional]),
  findRefused(claims) {
    const claim = `${prefix}/ssh-rerun`;
    const value = readText(claims, claim);
    // Somebody who is allowed to rerun a job with SSH can type commands into it.
    return claims[claim] === undefined || value === "false" ? null : { claim, value: value ?? null };
  },
  describeRun: (claims) => ({
    repository: readText(claims, `${prefix}/vcs-origin`) ?? readText(claims, `${prefix}/project-id`) ?? "",
    workflow: readText(claims, `${prefix}/workflow-id`) ?? "",
    runId: readText(claims, `${prefix}/job-id`) ?? "",
  }),
};
