import { readFile } from "node:fs/promises";
import { expect, it } from "vitest";
import { generateSdkTypes, OPENAPI_FILE, SDK_TYPES_FILE } from "../../../tools/generate-sdk-types.ts";

it("has generated types that match the OpenAPI document", async () => {
  const generated = await generateSdkTypes(await readFile(OPENAPI_FILE, "utf8"));
  expect(generated).toBe(await readFile(SDK_TYPES_FILE, "utf8"));
});

it("generates the same types each time, and other types for another OpenAPI document", async () => {
  const openapi = await readFile(OPENAPI_FILE, "utf8");
  const [once, again, other] = await Promise.all([
    generateSdkTypes(openapi),
    generateSdkTypes(openapi),
    generateSdkTypes(openapi.replaceAll("lastUsedAt", "lastSeenAt")),
  ]);
  expect(again).toBe(once);
  expect(other).not.toBe(once);
});

it("has one method per operation, with the name of the operation", async () => {
  const { paths } = JSON.parse(await readFile(OPENAPI_FILE, "utf8")) as {
    paths: Record<string, Record<string, unknown>>;
  };
  const sources = await Promise.all(
    ["auth", "keys", "rotations", "audit", "verify"].map((name) =>
      readFile(new URL(`../src/resources/${name}.ts`, import.meta.url), "utf8"),
    ),
  );
  const called = [...sources.join("\n").matchAll(/request\(\s*"([A-Z]+)",\s*"([^"]+)"/g)].map(
    ([, method, path]) => `${method} ${path}`,
  );
  const described = Object.entries(paths).flatMap(([path, operations]) =>
    Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`),
  );
  expect(called.sort()).toEqual(described.filter((operation) => operation.includes("/external/")).sort());
});
