import type { Claims, Provider } from "../../domain/trusts/provider.ts";
import { isIssuerUrl, readText } from "./read-claims.ts";

/** Name of the claim with the UID of the service account. The token has it in `kubernetes.io`, two levels down. */
const uidClaim = "kubernetes.io/serviceaccount/uid";
const required = [["sub"], [uidClaim]] as const;

function readSection(claims: Claims, name: string): Claims {
  const section = claims[name];
  return typeof section === "object" && section !== null && !Array.isArray(section) ? (section as Claims) : {};
}

/** Service accounts of a cluster ("Managing Service Accounts" of Kubernetes' documentation). */
export const kubernetes: Provider = {
  issuer: null,
  isIssuer: isIssuerUrl,
  required,
  optional: [],
  // The kubelet replaces the projected token only after most of its lifetime.
  reuseMax: 200,
  // Each cluster has its own issuer.
  owner: [],
  // The API server writes a list, also for the one audience of a projected token.
  hasAudienceList: true,
  read(claims) {
    const found = new Map<string, string>();
    const sub = readText(claims, "sub");
    if (sub !== undefined) found.set("sub", sub);
    const account = readSection(readSection(claims, "kubernetes.io"), "serviceaccount");
    const uid = readText(account, "uid");
    if (uid !== undefined) found.set(uidClaim, uid);
    return found;
  },
  findRefused: () => null,
  describeRun(claims) {
    const details = readSection(claims, "kubernetes.io");
    return {
      repository: readText(details, "namespace") ?? "",
      workflow: readText(claims, "sub") ?? "",
      runId: readText(readSection(details, "pod"), "name") ?? "",
    };
  },
};
