import { isRecord } from "./json.ts";

/** Makes a check that a body is an object with the named texts; whatever else it holds is left alone. */
export function hasTexts(...names: readonly string[]): (body: unknown) => boolean {
  return (body) => isRecord(body) && names.every((name) => typeof body[name] === "string");
}

/** Whether a body is a list of objects that have an id. */
export function isListOfRecords(body: unknown): boolean {
  return Array.isArray(body) && body.every((item) => isRecord(item) && typeof item["id"] === "string");
}

const hasAccessToken = hasTexts("accessToken");

/** Whether a body is a whole sign-in: token, person and companies. */
export function isSignIn(body: unknown): boolean {
  return (
    hasAccessToken(body) &&
    isRecord(body) &&
    isRecord(body["user"]) &&
    isRecord(body["activeCompany"]) &&
    Array.isArray(body["companies"])
  );
}
