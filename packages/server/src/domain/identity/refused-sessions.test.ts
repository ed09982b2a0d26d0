import { expect, it } from "vitest";
import { RefusedSessions } from "./refused-sessions.ts";

it("S-05 refusals expire after ten seconds of a monotonic clock, and the oldest are dropped if there are too many", () => {
  let nowMs = 1_000_000;
  const refused = new RefusedSessions({ nowMs: () => nowMs, maxEntries: 3 });
  const found = (): unknown[] => ["a", "b", "c", "d"].map((key) => refused.find(key));
  for (const key of ["a", "b", "c"]) refused.note(key, "not-invited");
  expect(found()).toEqual(["not-invited", "not-invited", "not-invited", null]);
  refused.note("a", "second-factor-missing");
  refused.note("d", "not-invited");
  expect(found()).toEqual(["second-factor-missing", null, "not-invited", "not-invited"]);
  nowMs += 9_999;
  expect(refused.find("a")).toBe("second-factor-missing");
  nowMs += 1;
  expect(found()).toEqual([null, null, null, null]);
});
