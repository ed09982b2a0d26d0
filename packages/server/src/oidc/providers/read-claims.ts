import type { Claims } from "../../domain/trusts/provider.ts";

/** Returns a claim as text. Undefined if it is missing, null, or a list or an object. */
export function readText(claims: Claims, name: string): string | undefined {
  const value = claims[name];
  if (typeof value === "string") return value;
  return typeof value === "number" || typeof value === "boolean" ? String(value) : undefined;
}

/** Returns the named claims as text. Leaves out claims without text. */
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
  const { protocol, username, password, href } = new URL(issuer);
  // An empty query or fragment would move the path of the discovery document into it.
  if (protocol !== "https:" || username !== "" || password !== "" || /[?#]/.test(issuer)) return false;
  return href === issuer || href === `${issuer}/`;
}
