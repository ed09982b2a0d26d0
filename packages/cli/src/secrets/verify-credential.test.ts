import { describe, expect, it } from "vitest";
import openapi from "../../../server/openapi.json" with { type: "json" };
import { CliError } from "../errors/cli-error.ts";
import { parseCredential, refusalHints } from "./verify-credential.ts";

const clientId = "api_0123456789abcdef01234567";
const clientSecret = "sec_not-a-real-one";

function fail(text: string): CliError {
  try {
    parseCredential(text);
  } catch (error) {
    if (error instanceof CliError) return error;
  }
  throw new Error("The credential was accepted.");
}

describe("a credential", () => {
  it("is one line, two lines in either order, or JSON, with any line endings", () => {
    const both = { clientId, clientSecret };
    expect(parseCredential(`${clientSecret}\r\n`)).toEqual({ clientId: undefined, clientSecret });
    expect(parseCredential(`${clientId}\n${clientSecret}\n\n`)).toEqual(both);
    expect(parseCredential(`\ufeff${clientSecret}\r\n${clientId}`)).toEqual(both);
    expect(parseCredential(JSON.stringify({ id: "x", clientId, clientSecret, name: "CRM" }, null, 2))).toEqual(both);
    expect(parseCredential(`  {"clientSecret":"${clientSecret}"}`)).toEqual({ clientId: undefined, clientSecret });
  });

  it("keeps spaces around it, so that the CLI can report them", () => {
    expect(parseCredential(` ${clientSecret} \n`).clientSecret).toBe(` ${clientSecret} `);
  });

  it("C-04 is never repeated in an error if it cannot be parsed", () => {
    for (const text of [
      `a\n${clientSecret}\nb`,
      `{"clientSecret":"${clientSecret}"`,
      `{"client_secret":"${clientSecret}"}`,
    ]) {
      const error = fail(text);
      expect(error).toMatchObject({ type: "USAGE" });
      expect(`${error.message} ${error.hint} ${error.stack}`).not.toContain("not-a-real");
    }
  });
});

it("decides for each reason for which the server refuses a credential whether there is a hint", () => {
  const { responses } = openapi.paths["/external/v1/auth/verify"].get;
  const types = ([400, 401, 403, 429] as const).flatMap((status) => {
    const { description } = responses[status];
    return [...description.matchAll(/\b([A-Z_]{4,}): /g)].map(([, type = ""]) => type);
  });
  expect(types.length).toBeGreaterThan(5);
  expect(Object.keys(refusalHints).sort()).toEqual(types.sort());
});
