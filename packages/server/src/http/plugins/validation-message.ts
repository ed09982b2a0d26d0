import type { FastifyError } from "fastify";
import type { ErrorDetail } from "../../errors.ts";

type Problem = NonNullable<FastifyError["validation"]>[number];

/** Names of JSON types in messages. */
const typeNames: Readonly<Record<string, string>> = {
  array: "an array",
  boolean: "true or false",
  integer: "a whole number",
  null: "null",
  number: "a number",
  object: "a JSON object",
  string: "a string",
};

/** Repeat the name of an unknown field only if it looks like a field name. It could be a misplaced secret or a UUID. */
const fieldName = /^[\w.-]{1,32}$/;

/** Returns the expected value, for problems that can be joined with "or". */
function describeExpectation({ keyword, params }: Problem): string | null {
  const values: Readonly<Record<string, unknown>> = params;
  if (keyword === "type") return typeNames[String(values["type"])] ?? String(values["type"]);
  if (keyword === "const") return JSON.stringify(values["allowedValue"]);
  if (keyword === "format") return "a time such as 2026-02-01T10:30:00.000Z";
  return null;
}

/** Messages by keyword, for problems with a limit. */
const limitMessages: Readonly<Record<string, (limit: number) => string>> = {
  minLength: (limit) => (limit === 1 ? "must not be empty" : `must have at least ${limit} characters`),
  maxLength: (limit) => `must have at most ${limit} characters`,
  minimum: (limit) => `must be at least ${limit}`,
  maximum: (limit) => `must be at most ${limit}`,
  maxItems: (limit) => `must have at most ${limit} entries`,
};

function describeProblem({ keyword, instancePath: path, message = "is not valid", ...problem }: Problem): ErrorDetail {
  const params: Readonly<Record<string, unknown>> = problem.params;
  if (keyword === "additionalProperties") {
    const field = String(params["additionalProperty"]);
    if (fieldName.test(field)) return { path: `${path}/${field}`, message: "is not a known field" };
    return { path, message: "has a field that is not known" };
  }
  if (keyword === "required") return { path: `${path}/${String(params["missingProperty"])}`, message: "is missing" };
  if (keyword === "enum") return { path, message: `must be one of ${[params["allowedValues"]].flat().join(", ")}` };
  return { path, message: limitMessages[keyword]?.(Number(params["limit"])) ?? message };
}

/** Converts errors of Ajv to one message per field. Ajv reports every branch of a union, which becomes one "or". */
export function describeProblems(problems: readonly Problem[]): ErrorDetail[] {
  const details = new Map<string, ErrorDetail>();
  const expectations = new Map<string, Set<string>>();
  for (const problem of problems) {
    const expectation = describeExpectation(problem);
    if (expectation === null) {
      const detail = describeProblem(problem);
      if (!details.has(detail.path)) details.set(detail.path, detail);
      continue;
    }
    const path = problem.instancePath;
    const expected = expectations.get(path) ?? new Set();
    expectations.set(path, expected.add(expectation));
    details.set(path, { path, message: `must be ${[...expected].join(" or ")}` });
  }
  return [...details.values()];
}
