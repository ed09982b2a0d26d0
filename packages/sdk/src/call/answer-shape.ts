import { isRecord } from "./json.ts";

/** Returns a check that a body is an object with these string fields. Other fields are not checked. */
export function hasTexts(...names: readonly string[]): (body: unknown) => boolean {
  return (body) => isRecord(body) && names.every((name) => typeof body[name] === "string");
}

/** Returns whether a body is a list of objects with an ID. */
export function isListOfRecords(body: unknown): boolean {
  return Array.isArray(body) && body.every((item) => isRecord(item) && typeof item["id"] === "string");
}

const hasAccessToken = hasTexts("accessToken");

/** Returns whether a body is a complete sign-in: token, user and companies. */
export function isSignIn(body: unknown): boolean {
  return (
    hasAccessToken(body) &&
    isRecord(body) &&
    isRecord(body["user"]) &&
    isRecord(body["activeCompany"]) &&
    Array.isArray(body["companies"])
  );
}
