import type { TrustRepository } from "../../store/ports/pipelines.ts";
import { type ProviderName, providerNames } from "./provider.ts";
import type { WorkloadTokens } from "./workload-tokens.ts";

/** Returns whether a trust of a provider may name an issuer. The issuer of another provider never counts. */
export function isIssuerOf(
  { providers, listedIssuers }: Pick<WorkloadTokens, "providers" | "listedIssuers">,
  provider: ProviderName,
  issuer: string,
): boolean {
  if (listedIssuers.some((listed) => listed.issuer === issuer)) {
    return listedIssuers.some((listed) => listed.issuer === issuer && listed.provider === provider);
  }
  const isOfOther = providerNames.some((name) => name !== provider && providers[name].issuer === issuer);
  return !isOfOther && (providers[provider].issuer === issuer || providers[provider].isIssuer(issuer));
}

/**
 * Returns the providers whose tokens an issuer may issue. An issuer that is neither well-known nor listed is known if a
 * trust of any company names it. Returns no providers for other issuers, so that a stranger cannot make the server call
 * an address.
 */
export async function findProvidersOf(
  { providers, listedIssuers }: Pick<WorkloadTokens, "providers" | "listedIssuers">,
  trusts: Pick<TrustRepository, "listProviders">,
  issuer: string,
): Promise<readonly ProviderName[]> {
  const known = providerNames.filter(
    (name) =>
      providers[name].issuer === issuer ||
      listedIssuers.some((listed) => listed.provider === name && listed.issuer === issuer),
  );
  return known.length > 0 ? known : trusts.listProviders(issuer);
}
