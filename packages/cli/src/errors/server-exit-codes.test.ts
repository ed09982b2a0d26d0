import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { exitCodeByErrorType, findExitCode } from "./server-exit-codes.ts";

const pages = readFileSync(new URL("../../../../docs/errors.md", import.meta.url), "utf8");
/** Type and status of each error of the server. A 400 of a device sign-in means that the user is not signed in. */
const documented = [...pages.matchAll(/^## ([A-Z_]+)\n\nStatus (\d+) /gm)]
  .map(([, type = "", status]) => [type, Number(status)] as const)
  .filter(([, status]) => status !== 400);

it.each(documented)("gives %s the exit code of its status %i", (type, status) => {
  expect(exitCodeByErrorType[type as keyof typeof exitCodeByErrorType]).toBe(findExitCode("UNKNOWN", status));
});
