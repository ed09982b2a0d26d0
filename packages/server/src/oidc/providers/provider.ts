/** Claims of a token as its issuer wrote them. */
export type Claims = Readonly<Record<string, unknown>>;

/** A run of a pipeline, for the audit trail. Nothing of it is compared with a trust. */
export interface PipelineRun {
  /** Repository or project, in the words of the provider. */
  readonly repository: string;
  /** File, pipeline or service account that runs. */
  readonly workflow: string;
  readonly runId: string;
}

/** A claim that no trust can allow. `value` is that of the token. */
export interface RefusedClaim {
  readonly claim: string;
  readonly value: string;
}

/** What is special about the tokens of a provider. */
export interface Provider {
  /** The only issuer of the provider's tokens. Null if each installation has its own, which the trust then names. */
  readonly issuer: string | null;
  /** Returns whether a trust may name an issuer. Only for providers whose installations have their own. */
  isIssuer(issuer: string): boolean;
  /** Claims that a trust must pin. Of each list, at least one. */
  readonly required: readonly (readonly string[])[];
  /** Further claims that a trust may pin. */
  readonly optional: readonly string[];
  /** How often a job may exchange one token. Platforms that issue one token per job need more than one. */
  readonly reuseMax: number;
  /**
   * Returns the values of claims that a trust can pin, by their names. A claim that is missing or no text, number or
   * truth value is left out, and then equals nothing.
   */
  read(claims: Claims): ReadonlyMap<string, string>;
  /** Returns the claim for which no trust that pins these claims can allow a token, or null. */
  findRefused(claims: Claims, pinned: ReadonlySet<string>): RefusedClaim | null;
  describeRun(claims: Claims): PipelineRun;
}

/** Returns a claim as text. Undefined if it is missing, null, or a list or an object. */
export function readText(claims: Claims, name: string): string | undefined {
  const value = claims[name];
  if (typeof value === "string") return value;
  return typeof value === "number" || typeof value === "boolean" ? String(value) : undefined;
}

/** Returns the named claims as text. Leaves out those that have none. */
export function readTexts(claims: Claims, names: readonly string[]): Map<string, string> {
  const found = new Map<string, string>();
  for (const name of names) {
    const text = readText(claims, name);
    if (text !== undefined) found.set(name, text);
  }
  return found;
}

/** Returns whether a text is the URL of an issuer over TLS, in the exact form that `iss` has. */
export function isIssuerUrl(issuer: string): boolean {
  if (!URL.canParse(issuer)) return false;
  const { protocol, username, password, search, hash, href } = new URL(issuer);
  if (protocol !== "https:" || username !== "" || password !== "" || search !== "" || hash !== "") return false;
  return href === issuer || href === `${issuer}/`;
}
