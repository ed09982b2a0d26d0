import type { AutomationToken } from "@briksync/sdk";
import { expect, it } from "vitest";
import { readTokenStatus } from "./manage-token.ts";

const now = new Date("2026-11-29T12:00:00Z");

it.each([
  ["active", "2026-11-29T12:00:01Z", null],
  ["expired", "2026-11-29T12:00:00Z", null],
  ["revoked", "2026-11-29T12:00:01Z", "2026-11-29T11:00:00Z"],
  ["revoked", "2026-11-29T11:59:59Z", "2026-11-29T11:00:00Z"],
])("an automation token is %s with the expiry %s and the revocation %s", (status, expiresAt, revokedOn) => {
  expect(readTokenStatus({ expiresAt, revokedOn } as AutomationToken, now)).toBe(status);
});
