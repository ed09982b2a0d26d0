import fc from "fast-check";
import { expect, it } from "vitest";
import { lowerAscii, normalizeLogin } from "./login-name.ts";

it("S-65 folds ASCII letters only, and turns no other character into an ASCII letter", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", minLength: 1, maxLength: 3 }), (text) => {
      const isFullWidth = /[\uff01-\uff5e]/.test(text);
      const hasAscii = /[\0-\u007f\p{Space_Separator}\u200c\u200d]/u.test(text);
      fc.pre(!isFullWidth && !hasAscii);
      // A stored login never contains a capital ASCII letter, so no user has a login with one of these characters.
      expect(normalizeLogin(text)).not.toMatch(/[a-z]/);
    }),
    { numRuns: 2_000 },
  );
  for (const [typed, other] of [
    ["mi\u212ae@example.test", "mike@example.test"],
    ["\u017fam", "sam"],
    ["\u0130da", "ida"],
    ["\u0131da", "ida"],
    ["stra\u00dfe", "strasse"],
    ["\ufb01le", "file"],
    ["ZO\u00cb", "zo\u00eb"],
  ] as const) {
    expect(normalizeLogin(typed), typed).not.toBe(normalizeLogin(other));
  }
});

it("S-65 treats lookalikes as equal: composed forms, spaces, joiners, and ASCII in full width", () => {
  for (const [typed, stored] of [
    ["Ada@Partner.EXAMPLE", "ada@partner.example"],
    ["zoe\u0308", "zo\u00eb"],
    [" ada\u00a0 l ", "ada l"],
    ["\u0645\u06cc\u200c\u0631\u0648\u062f", "\u0645\u06cc\u0631\u0648\u062f"],
    ["\uff21\uff24\uff21.L", "ada.l"],
  ] as const) {
    expect(normalizeLogin(typed), typed).toBe(stored);
    expect(normalizeLogin(stored)).toBe(stored);
  }
  expect(lowerAscii("AZ\u212a\u00c9")).toBe("az\u212a\u00c9");
});
