import { expect } from "vitest";
import type { RawResponse } from "./raw-socket.ts";

/** Expects that the raw response is a documented error with a request ID, whichever stage of the server returned it. */
export function expectRawError(response: RawResponse, status: number, message: string | RegExp): void {
  expect({ status: response.status, body: response.body }).toMatchObject({ status });
  const { error } = JSON.parse(response.body);
  expect(Object.keys(error)).toEqual(expect.arrayContaining(["code", "message", "type", "requestId"]));
  expect(error.code).toBe(status);
  expect(error.message).toMatch(message);
  expect(response.headers.get("x-request-id")).toBe(error.requestId);
  expect(response.headers.get("x-briksync-error-type")).toBe(error.type);
  expect(response.headers.get("content-type")).toMatch(/^application\/json/);
  expect(response.headers.get("cache-control")).toBe("no-store");
}
