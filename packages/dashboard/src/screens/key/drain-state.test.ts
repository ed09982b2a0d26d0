import type { LiveSecret } from "@briksync/sdk/browser";
import { describe, expect, it } from "vitest";
import { readDrainState } from "./drain-state.ts";

const nowMs = Date.parse("2026-11-28T12:00:00.000Z");

function secret(id: string, lastUsedAt: string | null): LiveSecret {
  return {
    id,
    state: id === "new" ? "pending" : "current",
    createdOn: "2026-11-28T08:00:00.000Z",
    createdBy: null,
    expiresOn: null,
    firstUsedOn: lastUsedAt,
    lastUsedAt,
    lastUsedIp: null,
    leaseExpiresOn: null,
  };
}

describe("readDrainState", () => {
  it("lists the other secrets that were used in the last hour", () => {
    const rotation = secret("new", "2026-11-28T11:59:00.000Z");
    const recent = secret("recent", "2026-11-28T11:00:01.000Z");
    const secrets = [secret("unused", null), secret("old", "2026-11-28T11:00:00.000Z"), recent, rotation];
    expect(readDrainState(rotation, secrets, nowMs)).toEqual({ isNewUnused: false, inUse: [recent] });
  });

  it("says that no client has used the new secret", () => {
    const rotation = secret("new", null);
    expect(readDrainState(rotation, [rotation], nowMs)).toEqual({ isNewUnused: true, inUse: [] });
  });
});
