import type { Claims, Provider } from "./provider.ts";

/** One line of the comparison of a token with a trust. */
export interface ClaimVerdict {
  readonly claim: string;
  /** Value of the token. Null if it has none. */
  readonly has: string | null;
  /** What the trust expects. Null if no trust can allow the value. Only for admins. */
  readonly wants: string | null;
  readonly isOk: boolean;
}

/**
 * Compares the claims of a token with the claims that a trust expects. Values must be equal in all characters. The
 * token is allowed if every line is ok.
 */
export function matchClaims(
  provider: Provider,
  expected: Readonly<Record<string, string>>,
  claims: Claims,
): readonly ClaimVerdict[] {
  const values = provider.read(claims);
  const verdicts = Object.entries(expected).map(([claim, wants]): ClaimVerdict => {
    const has = values.get(claim) ?? null;
    return { claim, has, wants, isOk: has === wants };
  });
  const refused = provider.findRefused(claims, new Set(Object.keys(expected)));
  if (refused === null) return verdicts;
  return [...verdicts, { claim: refused.claim, has: refused.value, wants: null, isOk: false }];
}

/** Returns the problems of the claims that a trust is to expect, by claim name. Empty if there are none. */
export function checkExpectedClaims(
  provider: Provider,
  expected: Readonly<Record<string, string>>,
): ReadonlyMap<string, string> {
  const problems = new Map<string, string>();
  const known = new Set([...provider.required.flat(), ...provider.optional]);
  for (const [claim, value] of Object.entries(expected)) {
    if (!known.has(claim))
      problems.set(claim, `is not a claim that a trust can pin. It can pin ${[...known].join(", ")}`);
    else if (value === "") problems.set(claim, "must not be empty");
  }
  for (const choices of provider.required) {
    const [first = ""] = choices;
    if (!choices.some((claim) => Object.hasOwn(expected, claim)))
      problems.set(first, choices.length === 1 ? "is missing" : `is missing. Pin ${choices.join(" or ")}`);
  }
  return problems;
}
