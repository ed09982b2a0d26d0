import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { AppError, type ErrorType, errorCatalogue } from "../../src/errors.ts";
import { errorBody, errorHeaders, toAppError } from "../../src/http/plugins/error-handler.ts";
import { verifyRefusals } from "../support/declared-errors.ts";

const text = readFileSync(new URL("../../../../docs/errors.md", import.meta.url), "utf8");
const entries = text.split(/^## /m).slice(1);

describe("docs/errors.md", () => {
  it("S-36 has one entry for each type of the catalog, in the same order, and no other entries", () => {
    expect(entries.map((entry) => entry.split("\n")[0])).toEqual(Object.keys(errorCatalogue));
  });

  it.each(Object.keys(errorCatalogue) as ErrorType[])(
    "S-36 gives the status, message, meaning and solution of %s",
    (type) => {
      const entry = entries.find((candidate) => candidate.startsWith(`${type}\n`)) ?? "";
      const { status, message } = errorCatalogue[type];
      const [, summary, meaning = ""] = entry.split("\n\n").map((paragraph) => paragraph.replaceAll("\n", " "));
      expect(summary).toBe(`Status ${status} · "${message}"`);
      expect(meaning).toMatch(/^[A-Z]/);
      expect(entry).toMatch(/^\*\*What to do:\*\* [a-z`]/m);
    },
  );
});

describe("docs/deploy/nginx.conf", () => {
  it("S-36 has the message of every refusal of verify", () => {
    const recipe = readFileSync(new URL("../../../../docs/deploy/nginx.conf", import.meta.url), "utf8");
    const [map = ""] = (recipe.split("map $briksync_type $briksync_message {")[1] ?? "").split("\n}");
    const messages = Object.fromEntries(
      [...map.matchAll(/^ +([A-Z_]+) +"(.*)";$/gm)].map(([, type, text]) => [type, text]),
    );
    expect(messages).toMatchObject(
      Object.fromEntries(
        verifyRefusals.map((type) => [
          type,
          type === "IP_NOT_ALLOWED" ? expect.stringContaining("$remote_addr") : errorCatalogue[type].message,
        ]),
      ),
    );
  });
});

describe("errors", () => {
  it("S-36 unexpected errors become INTERNAL without their message", () => {
    for (const error of [
      new Error("canary"),
      new SyntaxError("canary"),
      "canary",
      null,
      { statusCode: 400 },
      undefined,
    ]) {
      const appError = toAppError(error);
      expect(appError.type).toBe("INTERNAL");
      expect(JSON.stringify(errorBody(appError, "external", "id"))).not.toContain("canary");
    }
  });

  it("S-36 the cause of an error is never sent", () => {
    const error = new AppError("FORBIDDEN", { cause: new Error("canary") });
    expect(
      JSON.stringify([errorBody(error, "external", "id"), errorBody(error, "api", "id"), errorHeaders(error)]),
    ).not.toContain("canary");
  });
});
