import { isRecord } from "./json.ts";

const checks = {
  text: (value: unknown): boolean => typeof value === "string",
  flag: (value: unknown): boolean => typeof value === "boolean",
  positive: (value: unknown): boolean => Number(value) > 0,
  record: isRecord,
  list: Array.isArray,
};

/** Returns a check that a body is an object with these fields. Other fields are not checked. */
export function hasFields(fields: Readonly<Record<string, keyof typeof checks>>): (body: unknown) => boolean {
  return (body) => isRecord(body) && Object.entries(fields).every(([name, check]) => checks[check](body[name]));
}

/** Returns a check that a body is an object with these string fields. Other fields are not checked. */
export function hasTexts(...names: readonly string[]): (body: unknown) => boolean {
  return (body) => isRecord(body) && names.every((name) => checks.text(body[name]));
}

/** Returns a check that a body is a list of objects with these string fields. */
export function isListWith(...names: readonly string[]): (body: unknown) => boolean {
  const isItem = hasTexts(...names);
  return (body) => Array.isArray(body) && body.every(isItem);
}

/** Returns whether a body is a list of objects with an ID. */
export const isListOfRecords = isListWith("id");

/** Returns whether a body is a complete sign-in: token, user and companies. */
export const isSignIn = hasFields({ accessToken: "text", user: "record", activeCompany: "record", companies: "list" });
