import { expect, it } from "vitest";
import openapi from "../../../server/openapi.json" with { type: "json" };
import { refusalHints } from "./verify-credential.ts";

it("decides for each reason for which the server refuses a credential whether there is a hint", () => {
  const { responses } = openapi.paths["/external/v1/auth/verify"].get;
  const types = ([400, 401, 403, 429] as const).flatMap((status) => {
    const { description } = responses[status];
    return [...description.matchAll(/\b([A-Z_]{4,}): /g)].map(([, type = ""]) => type);
  });
  expect(types.length).toBeGreaterThan(5);
  expect(Object.keys(refusalHints).sort()).toEqual(types.sort());
});
