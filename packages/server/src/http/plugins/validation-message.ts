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

function describeProblem(problem: Problem): ErrorDetail {
  const { keyword, instancePath: path } = problem;
  const params: Readonly<Record<string, unknown>> = problem.params;
  const limit = Number(params["limit"]);
  switch (keyword) {
    case "additionalProperties": {
      const field = String(params["additionalProperty"]);
      return fieldName.test(field)
        ? { path: `${path}/${field}`, message: "is not a known field" }
        : { path, message: "has a field that is not known" };
    }
    case "required":
      return { path: `${path}/${String(params["missingProperty"])}`, message: "is missing" };
    case "minLength":
      return { path, message: limit === 1 ? "must not be empty" : `must have at least ${limit} characters` };
    case "maxLength":
      return { path, message: `must have at most ${limit} characters` };
    case "minimum":
      return { path, message: `must be at least ${limit}` };
    case "maximum":
      return { path, message: `must be at most ${limit}` };
    case "maxItems":
      return { path, message: `must have at most ${limit} entries` };
    case "enum":
      return { path, message: `must be one of ${[params["allowedValues"]].flat().join(", ")}` };
    default:
      return { path, message: problem.message ?? "is not valid" };
  }
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
