import type { Plan } from "../domain/access.ts";
import { isLoopback } from "../domain/network/loopback.ts";
import { providerNames } from "../domain/trusts/provider.ts";
import type { ListedIssuer } from "../domain/trusts/workload-tokens.ts";

/** The Supabase project whose sessions are accepted. */
export interface SupabaseConfig {
  /** Origin of the project. */
  readonly url: string;
  /** Legacy secret of the project. Undefined if it signs only with the keys of its JWKS. */
  readonly jwtSecret: string | undefined;
  /** Key for the gateway of the project. Hosted projects require it. */
  readonly publishableKey: string | undefined;
  /** Names of the Supabase providers on the sign-in page. */
  readonly providers: readonly string[];
}

/** Secret of Stripe events, and the plans of prices. */
export interface StripeConfig {
  readonly webhookSecret: string;
  /** Plans by ID or lookup key of the price. */
  readonly plans: ReadonlyMap<string, Plan>;
}

/** Reads variables and collects problems. */
interface Variables {
  readonly problems: string[];
  text(name: string): string | undefined;
  list(name: string): string[];
  secret(name: string, value: string | undefined): string | undefined;
}

/** Minimum length of secrets for incoming calls, in characters (contract, section 5). */
const callSecretCharactersMin = 16;
/** Lookup keys that are the names of plans. */
const defaultPlans: ReadonlyMap<string, Plan> = new Map([
  ["pro", "PRO"],
  ["business", "BUSINESS"],
]);

/** Returns a secret for incoming calls. If it is undefined, their routes return 404. */
export function readCallSecret(variables: Variables, name: string): string | undefined {
  const value = variables.text(name);
  if (value !== undefined && value.length < callSecretCharactersMin) {
    variables.problems.push(`${name}: needs at least ${callSecretCharactersMin} characters, has ${value.length}`);
  } else if (value !== undefined && !/^[\x21-\x7e]+$/.test(value)) {
    variables.problems.push(`${name}: must contain only visible ASCII characters`);
  }
  return value;
}

/** Returns an origin with HTTPS. HTTP is allowed only for this machine. */
export function readOrigin(variables: Variables, name: string): string | undefined {
  const text = variables.text(name);
  if (text === undefined) return undefined;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol) || url.origin !== text.replace(/\/$/, "")) {
    variables.problems.push(`${name}: expected a URL such as https://app.example.com, without a path or credentials`);
    return undefined;
  }
  if (url.protocol === "http:" && !isLoopback(url.hostname))
    variables.problems.push(`${name}: must use https, except on this machine`);
  return url.origin;
}

/** Returns the publishable key. Refuses keys with more rights than an anonymous visitor. */
function readPublishableKey(variables: Variables): string | undefined {
  const name = "SUPABASE_PUBLISHABLE_KEY";
  const key = variables.text(name);
  if (key === undefined) return undefined;
  const payload = Buffer.from(key.split(".")[1] ?? "", "base64url").toString();
  if (key.startsWith("sb_secret_") || payload.includes('"service_role"')) {
    variables.problems.push(`${name}: is a secret key. Set the publishable key of the project`);
  } else if (!/^[\w.-]{16,2048}$/.test(key)) {
    variables.problems.push(`${name}: is not a publishable key`);
  }
  return key;
}

/** Returns the Supabase project, or undefined if none is set. */
export function readSupabase(variables: Variables): SupabaseConfig | undefined {
  const url = readOrigin(variables, "SUPABASE_URL");
  const jwtSecret = variables.secret("SUPABASE_JWT_SECRET", variables.text("SUPABASE_JWT_SECRET"));
  const publishableKey = readPublishableKey(variables);
  const providers = variables.list("SUPABASE_PROVIDERS");
  for (const provider of providers) {
    if (!/^[a-z][a-z0-9_:-]{0,63}$/.test(provider)) {
      variables.problems.push(
        `SUPABASE_PROVIDERS: ${JSON.stringify(provider)} is not the name of a provider, such as google`,
      );
    }
  }
  if (variables.text("SUPABASE_URL") === undefined) {
    for (const name of ["SUPABASE_JWT_SECRET", "SUPABASE_PUBLISHABLE_KEY", "SUPABASE_PROVIDERS"]) {
      if (variables.text(name) !== undefined) variables.problems.push(`${name}: also requires SUPABASE_URL`);
    }
  }
  return url === undefined ? undefined : { url, jwtSecret, publishableKey, providers };
}

/** Returns the issuers of workload tokens that the operator lists (`provider=issuer`, comma-separated). */
export function readOidcIssuers(variables: Variables): readonly ListedIssuer[] {
  const listed: ListedIssuer[] = [];
  for (const pair of variables.list("OIDC_ISSUERS")) {
    const [name = "", ...rest] = pair.split("=");
    const issuer = rest.join("=");
    const provider = providerNames.find((known) => known === name);
    const url = URL.canParse(issuer) ? new URL(issuer) : undefined;
    const isExact = url !== undefined && (url.href === issuer || url.href === `${issuer}/`);
    const isPlain = url !== undefined && url.username === "" && !/[?#]/.test(issuer);
    if (provider === undefined || !isExact || !isPlain || !/^https?:$/.test(url.protocol)) {
      variables.problems.push(
        `OIDC_ISSUERS: ${JSON.stringify(pair)} is not a pair such as gitlab=https://gitlab.example.com. The providers are ${providerNames.join(", ")}`,
      );
    } else if (url.protocol === "http:" && !isLoopback(url.hostname)) {
      variables.problems.push(`OIDC_ISSUERS: ${JSON.stringify(pair)} must use https, except on this machine`);
    } else listed.push({ provider, issuer });
  }
  return listed;
}

/**
 * Returns the Stripe secret and the plans of prices (`price=PLAN`, comma-separated), or undefined if no secret is set.
 */
export function readStripe(variables: Variables): StripeConfig | undefined {
  const plans = new Map<string, Plan>();
  for (const pair of variables.list("STRIPE_PLANS")) {
    const [, price = "", plan = ""] = /^([^=\s]{1,200})=([A-Z]+)$/.exec(pair) ?? [];
    if ((plan !== "PRO" && plan !== "BUSINESS") || plans.has(price)) {
      variables.problems.push(
        `STRIPE_PLANS: ${JSON.stringify(pair)} is a duplicate, or not a pair such as price_123=BUSINESS or pro=PRO`,
      );
    } else plans.set(price, plan);
  }
  const webhookSecret = readCallSecret(variables, "STRIPE_WEBHOOK_SECRET");
  if (webhookSecret === undefined) {
    if (plans.size > 0) variables.problems.push("STRIPE_PLANS: also requires STRIPE_WEBHOOK_SECRET");
    return undefined;
  }
  return { webhookSecret, plans: plans.size === 0 ? defaultPlans : plans };
}
