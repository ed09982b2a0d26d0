import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CliError } from "../errors/cli-error.ts";
import { parseSink } from "./parse-sink.ts";
import { describeForm, sinkSchemes } from "./sink-forms.ts";

function fail(spec: string): CliError {
  try {
    parseSink(spec);
  } catch (error) {
    if (error instanceof CliError) return error;
    throw error;
  }
  throw new Error(`${spec} was accepted`);
}

describe("a destination", () => {
  it.each([
    ["file:/run/secrets/crm", "file", "/run/secrets/crm", null],
    ["file:C:\\secrets\\crm.txt", "file", "C:\\secrets\\crm.txt", null],
    ["file:a#b:c", "file", "a#b:c", null],
    ["env:.env#API_KEY", "env", ".env", { secret: "API_KEY", clientId: null }],
    ["env:C:\\app\\.env#API_KEY", "env", "C:\\app\\.env", { secret: "API_KEY", clientId: null }],
    ["env:we#ird/.env#KEY,ID", "env", "we#ird/.env", { secret: "KEY", clientId: "ID" }],
    ["exec:cat > x # not a name", "exec", "cat > x # not a name", null],
    ["exec:awk '{print}' {name}", "exec", "awk '{print}' {name}", null],
    ["github:acme/web#API_KEY", "github", "acme/web", { secret: "API_KEY", clientId: null }],
    ["vault:secret/crm#key,id", "vault", "secret/crm", { secret: "key", clientId: "id" }],
    [
      "aws:arn:aws:secretsmanager:eu-west-1:1:secret:crm-Ab",
      "aws",
      "arn:aws:secretsmanager:eu-west-1:1:secret:crm-Ab",
      null,
    ],
    ["doppler:crm/prd#KEY", "doppler", "crm/prd", { secret: "KEY", clientId: null }],
    ["github-env:API_KEY,API_ID", "github-env", "", { secret: "API_KEY", clientId: "API_ID" }],
  ])("is parsed: %s", (spec, scheme, place, names) => {
    expect(parseSink(spec)).toEqual({ spec, scheme, place, names });
  });

  it.each([
    ["file:", /has no value after the colon/, /file:PATH, such as/],
    ["env:.env", /has no #NAME/, /env:PATH#NAME/],
    ["env:#NAME", /has no value before the #/, /env:PATH#NAME/],
    ["env:.env#", /empty name/, /env:PATH#NAME/],
    ["env:.env#A,", /empty name/, /env:PATH#NAME/],
    ["env:.env#A,B,C", /more than two names/, /env:PATH#NAME/],
    ["env:.env#A,A", /the same name for the secret and the client ID/, /env:PATH#NAME/],
    ["github:acme/web", /has no #NAME/, /github:OWNER\/REPO#NAME/],
    ["gihub:acme/web#KEY", /is not a destination/, /Did you mean github:OWNER\/REPO#NAME\?/],
    ["File:x", /is not a destination/, /Did you mean file:PATH\?/],
    ["github", /is not a destination/, /Did you mean github:/],
    ["./secret.txt", /is not a destination/, /For a file, use file:\.\/secret\.txt/],
    ["C:\\secret.txt", /is not a destination/, /For a file, use file:C:\\secret\.txt/],
    ["s3:bucket", /starts with file:, env:/, /keys create --help/],
    ["", /is not a destination/, /keys create --help/],
    ["file:{clientID}.txt", /\{clientID\} in .* is not a placeholder/, /Did you mean \{clientId\}\?/],
    ["env:.env#{x}", /is not a placeholder/, /\{name\}, \{id\} or \{clientId\}/],
  ])("%j is refused, and the error says what is wrong and shows the correct form", (spec, message, hint) => {
    const error = fail(spec);
    expect(error).toMatchObject({ type: "USAGE", message: expect.stringMatching(message) });
    expect(error.hint).toMatch(hint);
  });

  it("is parsed or refused as wrong usage, for any text", () => {
    const anySpec = fc.oneof(
      fc.string({ unit: "grapheme" }),
      fc
        .tuple(fc.constantFrom(...sinkSchemes.map((scheme) => `${scheme}:`)), fc.string({ unit: "grapheme" }))
        .map((parts) => parts.join("")),
    );
    fc.assert(
      fc.property(anySpec, (spec) => {
        try {
          const { scheme, place, names } = parseSink(spec);
          const written =
            names === null ? "" : [names.secret, names.clientId].filter((name) => name !== null).join(",");
          const hash = place !== "" && names !== null ? "#" : "";
          expect(`${scheme}:${place}${hash}${written}`).toBe(spec);
        } catch (error) {
          expect(error).toMatchObject({ name: "CliError", type: "USAGE" });
        }
      }),
      { numRuns: 2000 },
    );
  });

  it("has a valid example for each form", () => {
    for (const scheme of sinkSchemes) {
      const spec = describeForm(scheme).example.replaceAll("'", "");
      expect(parseSink(spec)).toMatchObject({ scheme, spec });
    }
  });
});
