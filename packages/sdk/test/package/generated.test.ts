import { readFile } from "node:fs/promises";
import { expect, it } from "vitest";
import { generatedFiles, locateGenerated, openapiFile } from "../../../../tools/generate.ts";

it.each(generatedFiles)("$path matches the server's OpenAPI document", async ({ path, generate }) => {
  const openapi = await readFile(openapiFile, "utf8");
  expect(await readFile(locateGenerated(path), "utf8")).toBe(await generate(openapi));
});

it("generates the same bytes each time, and different ones for another document", async () => {
  const openapi = await readFile(openapiFile, "utf8");
  const changed = openapi.replaceAll("lastUsedAt", "lastSeenAt").replaceAll("key.revoked", "key.ended");
  for (const { path, generate } of generatedFiles) {
    const once = await generate(openapi);
    expect(await generate(openapi), path).toBe(once);
    const isOfServerSources = /(error-catalog|cidr)\.ts$/.test(path);
    if (!isOfServerSources) expect(await generate(changed), path).not.toBe(once);
  }
});

it("has one method per operation, with the operation's name", async () => {
  const { paths } = JSON.parse(await readFile(openapiFile, "utf8")) as {
    paths: Record<string, Record<string, unknown>>;
  };
  const sources = await Promise.all(
    [
      "auth",
      "server-auth",
      "device-sign-in",
      "keys",
      "rotations",
      "audit",
      "verify",
      "trusts",
      "tokens",
      "exchange",
    ].map((name) => readFile(new URL(`../../src/resources/${name}.ts`, import.meta.url), "utf8")),
  );
  const called = [...sources.join("\n").matchAll(/\(\s*"([A-Z]+)",\s*"(\/[^"]+)"/g)].map(
    ([, method, path]) => `${method} /external/v1/auth${path}`,
  );
  const described = Object.entries(paths).flatMap(([path, operations]) =>
    Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`),
  );
  expect(called.sort()).toEqual(described.filter((operation) => operation.includes("/external/")).sort());
});
