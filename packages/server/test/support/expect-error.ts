import { expect } from "vitest";
import type { ErrorType } from "../../src/errors.ts";
import { errorCatalogue } from "../../src/errors.ts";
import type { HttpResponse } from "./http-client.ts";

/**
 * Expects this error of the catalog with everything that every error must have: the documented body, the request ID and
 * the type (twice), how to authenticate, when to retry, and no caching. Returns its public message.
 */
export function expectError(response: HttpResponse, type: ErrorType): string {
  const { status } = errorCatalogue[type];
  expect({ status: response.status, type: response.body?.error?.type }, response.text).toEqual({ status, type });
  const { error, ...rest } = response.body;
  expect(rest).toEqual({});
  expect(Object.keys(error).filter((field) => field !== "details")).toEqual(["code", "message", "type", "requestId"]);
  expect(error.code).toBe(status);
  expect(error.requestId).toBe(response.headers["x-request-id"]);
  expect(error.requestId).toMatch(/^[0-9a-f-]{36}$/);
  expect(response.headers["x-briksync-error-type"]).toBe(type);
  expect(response.headers["content-type"]).toBe("application/json; charset=utf-8");
  expect(response.headers["cache-control"]).toBe("no-store");
  expect(response.headers["www-authenticate"]).toBe(status === 401 ? 'Bearer realm="briksync"' : undefined);
  if (status === 429 || status === 503) expect(response.headers["retry-after"]).toMatch(/^[1-9]\d*$/);
  return error.message;
}
