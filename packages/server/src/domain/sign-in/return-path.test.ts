import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { toReturnPath } from "./return-path.ts";

const origin = "https://app.example.com";

/** Returns the URL that a browser opens for this path. */
function follow(path: string): URL {
  return new URL(path, `${origin}/api/auth/callback?code=x`);
}

describe("the path after a sign-in", () => {
  it.each([
    ["/settings/api", "/settings/api"],
    ["/settings?tab=api&q=a%20b#keys", "/settings?tab=api&q=a%20b#keys"],
    ["/", "/"],
    ["/a/../b", "/b"],
    ["/%2F%2Fevil.example", "/%2F%2Fevil.example"],
    ["/%5Cevil.example", "/%5Cevil.example"],
    ["/%0d%0aset-cookie:x=y", "/%0d%0aset-cookie:x=y"],
    ["/ünïcode", "/%C3%BCn%C3%AFcode"],
    ["/next?u=https://evil.example", "/next?u=https://evil.example"],
  ])("S-33 keeps the path %j", (text, path) => {
    expect(toReturnPath(text)).toBe(path);
    expect(follow(path).origin).toBe(origin);
  });

  it.each([
    undefined,
    "",
    "settings",
    "//evil.example",
    "///evil.example",
    "/\\evil.example",
    "/\\/evil.example",
    "\\\\evil.example",
    "/\t/evil.example",
    "/\n/evil.example",
    "/\r\nlocation: https://evil.example",
    "/ /evil.example",
    "/.//evil.example",
    "/..//evil.example",
    "/a/..//evil.example",
    "/%2e//evil.example",
    "/./\\evil.example",
    "https://evil.example",
    "https:evil.example",
    "javascript:alert(1)",
    "data:text/html,x",
    " //evil.example",
    "\u0000//evil.example",
    "/a\u0000b",
    "?returnTo=//evil.example",
    `/${"a".repeat(600)}`,
  ])("S-33 uses the home page instead of %j", (text) => {
    expect(toReturnPath(text)).toBe("/settings/api-access");
  });

  it("S-33 never leaves this origin or contains a line break, for any input", () => {
    const pieces = fc.constantFrom(
      "/",
      "//",
      "\\",
      ".",
      "..",
      "%2e",
      "%2f",
      "%5c",
      "@",
      ":",
      "?",
      "#",
      "\t",
      "\r\n",
      "evil.example",
      "a",
    );
    const texts = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.webUrl(),
      fc.array(pieces).map((parts) => parts.join("")),
    );
    fc.assert(
      fc.property(texts, (text) => {
        for (const candidate of [text, `/${text}`]) {
          const path = toReturnPath(candidate);
          expect(follow(path).origin).toBe(origin);
          expect(path).toMatch(/^\/(?![/\\])[\x21-\x7e]*$/);
          expect(toReturnPath(path)).toBe(path.length > 512 ? "/settings/api-access" : path);
        }
      }),
      { numRuns: 2_000 },
    );
  });
});
