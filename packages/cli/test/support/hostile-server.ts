import type { ApiKey } from "@briksync/sdk";
import { expect } from "vitest";
import { useStubServer } from "./lifetimes.ts";
import type { StubServer } from "./stub-server.ts";
import { makeSessionInfo, sendJson } from "./stub-server.ts";

/**
 * Sets the title, colors text, moves up, clears, reverses the text direction, hides, links, rings and ends the line.
 */
export const evil =
  "\u001b]0;owned\u0007\u001b[31m\u001b[2A\u001b[2J\u009b2K\u202eexe\u2066\u200b\u001b]8;;http://evil.example\u001b\\link\r\nsecond line\u0000";

/** A key whose names and addresses are hostile. */
export const key = {
  id: "k1",
  name: `CRM${evil}`,
  clientId: `api_${evil}`,
  status: "active",
  lastUsedAt: "2026-01-02T00:00:00.000Z",
  lastUsedIp: `203.0.113.7${evil}`,
  createdOn: "2026-01-01T00:00:00.000Z",
  ipAllowlist: [
    {
      id: `e${evil}`,
      cidr: `10.0.0.0/8${evil}`,
      note: `note${evil}`,
      createdOn: "2026-01-01T00:00:00.000Z",
      expiresAt: null,
    },
  ],
  rotatedOn: null,
  revokedOn: null,
  rotation: null,
} satisfies Required<ApiKey>;
const event = {
  id: "ev1",
  createdOn: "2026-01-01T00:00:00.000Z",
  action: `key.created${evil}`,
  actorId: null,
  actorEmail: `ada${evil}@partner.com`,
  keyId: "k",
  keyName: key.name,
  ip: `127.0.0.1${evil}`,
  requestId: null,
  details: { [`what${evil}`]: evil, list: [evil] },
};

/** Control sequences that the CLI itself sends: colors, erasing a line, and moving, showing and hiding the cursor. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: the test looks for control sequences
const harmless = /\u001b\[(?:[0-9;]*m|\??25[hl]|[0-9]*[GKABCD]|\?2004[hl])/g;

/** Checks that the screen contains no control characters, except those that the CLI itself sends. */
export function expectSafeOutput(screen: string): void {
  const rest = screen.replace(harmless, "");
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the test looks for control characters
  expect(rest).not.toMatch(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u200b\u202a-\u202e\u2066-\u2069]/);
  expect(screen).not.toContain("\u001b[31mexe");
  expect(screen).not.toContain("\u001b[2J");
}

/** Starts a server for all tests of a `describe`. Every response contains hostile texts. */
export function useHostileServer(): StubServer {
  return useStubServer((request, response) => {
    const path = (request.url ?? "").split("?")[0]?.replace("/external/v1/auth", "") ?? "";
    if (path === "/me") return sendJson(response, 200, makeSessionInfo());
    if (path === "/audit") return sendJson(response, 200, [event]);
    if (path === "/verify")
      return sendJson(response, 200, {
        keyId: key.id,
        clientId: key.clientId,
        companyId: "c",
        companyName: evil,
        name: key.name,
        secret: `current${evil}`,
      });
    if (path.endsWith("/rotations")) return sendJson(response, 200, []);
    if (path.endsWith("/ip-allowlist")) return sendJson(response, 200, key.ipAllowlist);
    if (path.endsWith("/rotate") || (path === "/keys" && request.method === "POST")) {
      return sendJson(response, 200, { ...key, clientSecret: `sec_${evil}` });
    }
    if (path.endsWith("/revoke")) return sendJson(response, 200, { ...key, status: "revoked" });
    if (request.method === "PATCH") return sendJson(response, 200, key);
    return sendJson(response, 200, [
      key,
      { ...key, id: "twin-1", clientId: "api_1", name: "Twin" },
      { ...key, id: "twin-2", clientId: "api_2", name: `Twin` },
    ]);
  });
}
