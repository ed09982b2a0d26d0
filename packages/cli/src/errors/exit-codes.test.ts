import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { exitCodeByCliErrorType, findExitCode } from "./exit-codes.ts";

const page = readFileSync(new URL("../../../../docs/errors.md", import.meta.url), "utf8");
/** Type and status of each error of the server. A 400 of a device sign-in means that the user is not signed in. */
const documented = [...page.matchAll(/^## ([A-Z_]+)\n\nStatus (\d+) /gm)]
  .map(([, type = "", status]) => [type, Number(status)] as const)
  .filter(([, status]) => status !== 400);

it.each(documented)("the error %s has the exit code of its status %i", (type, status) => {
  expect(exitCodeByCliErrorType[type as keyof typeof exitCodeByCliErrorType]).toBe(findExitCode("UNKNOWN", status));
});
