import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { errorCatalog } from "../../src/generated/error-catalog.ts";
import { BrikSync, type RotationProgress } from "../../src/index.ts";
import { FakeBrikSync } from "../../src/testing.ts";
import { catchError } from "../support/catch-error.ts";

type ErrorType = keyof typeof errorCatalog;

const document = JSON.parse(readFileSync(new URL("../../../server/openapi.json", import.meta.url), "utf8"));
const responses: Record<string, { description: string }> = document.paths["/external/v1/auth/verify"].get.responses;
const refusals = Object.entries(responses).flatMap(([status, { description }]) =>
  status.startsWith("4") ? [...description.matchAll(/([A-Z_]+): /g)].map(([, type]) => type as ErrorType) : [],
);

/** With these, the server did not find the secret. It decides everything else about a secret that it found. */
const ofWrongSecrets: readonly ErrorType[] = ["BAD_REQUEST", "MISSING_CREDENTIALS", "INVALID_CREDENTIALS"];

it("knows all refusals of verify", () => {
  const ofKnownSecrets = ["IP_NOT_ALLOWED", "PLAN_UPGRADE_REQUIRED", "RATE_LIMITED"];
  expect(refusals.toSorted()).toEqual([...ofWrongSecrets, ...ofKnownSecrets].toSorted());
});

it.each(refusals)("C-09 a new secret that gets %s is finished only if it is correct", async (type) => {
  const fake = new FakeBrikSync();
  const client = new BrikSync({ fetch: fake.fetch, session: fake.addSession(), maxRetries: 0 });
  const { id } = await client.keys.create({ name: "CRM" });
  fake.fail({ kind: "status", status: errorCatalog[type][0], type, operation: "verify", times: 10 });
  const steps: RotationProgress[] = [];
  const rotation = client.keys.rotateSafely(id, {
    deliver: async () => undefined,
    onProgress: (step) => steps.push(step),
  });
  if (ofWrongSecrets.includes(type)) expect(await catchError(rotation)).toMatchObject({ step: "verify" });
  else {
    expect(await rotation).toMatchObject({ isFinished: true });
    expect(steps).toContainEqual({ kind: "verified", refusedFor: type });
  }
});
