import { expect } from "vitest";
import type { RawAnswer } from "./raw-socket.ts";

/** Expects that the raw response is a documented error with a request ID, whichever stage of the server returned it. */
export function expectRawError(answer: RawAnswer, status: number, message: string | RegExp): void {
  expect({ status: answer.status, body: answer.body }).toMatchObject({ status });
  const { error } = JSON.parse(answer.body);
  expect(Object.keys(error)).toEqual(expect.arrayContaining(["code", "message", "type", "requestId"]));
  expect(error.code).toBe(status);
  expect(error.message).toMatch(message);
  expect(answer.headers.get("x-request-id")).toBe(error.requestId);
  expect(answer.headers.get("x-briksync-error-type")).toBe(error.type);
  expect(answer.headers.get("content-type")).toMatch(/^application\/json/);
  expect(answer.headers.get("cache-control")).toBe("no-store");
}
