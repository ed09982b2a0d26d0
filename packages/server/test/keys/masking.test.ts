import { beforeAll, describe, expect, it } from "vitest";
import type { HttpResponse } from "../support/http-client.ts";
import { createTestKey, verifyStatus } from "../support/keys.ts";
import { useServer } from "../support/lifetimes.ts";
import { fillPath, operations } from "../support/operations.ts";
import { createSignedIn, type SignedIn } from "../support/people.ts";

const keys = "/external/v1/auth/keys";

describe("a key of another company", () => {
  const server = useServer();
  let stranger: SignedIn;
  let owner: SignedIn;
  let id: string;
  let entryId: string;
  let clientSecret: string;
  beforeAll(async () => {
    [stranger, owner] = [await createSignedIn(server), await createSignedIn(server)];
    const key = await createTestKey(server, owner.token, { ipAllowlist: ["127.0.0.0/8", "203.0.113.0/24"] });
    ({ id, clientSecret } = key);
    const list = await server.call("GET", `${keys}/${id}/ip-allowlist`, { token: owner.token });
    entryId = list.body[1].id;
  });

  const nobody = "00000000-0000-4000-8000-000000000000";
  const verbs = operations
    .filter(({ path }) => path.includes("{id}"))
    .map(({ method, path, body, isBodyOptional }): [string, string, unknown?] => [
      method,
      fillPath(path, { id: "ID", entryId: "ENTRY", rotationId: nobody }),
      isBodyOptional ? undefined : body,
    ]);

  /** Returns all bytes of a response, except those that differ between any two responses. */
  const bytesOf = ({ status, rawHeaders, text }: HttpResponse): string =>
    [status, ...rawHeaders, text]
      .join("\n")
      .replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g, "(id)")
      .replaceAll(/\w{3}, \d\d \w{3} \d{4} [\d:]{8} GMT/g, "(date)")
      // The remaining quota of the session shrinks with each call.
      .replaceAll(/(RateLimit-(?:Remaining|Reset))\n\d+/gi, "$1\n(quota)");

  const unknownRoute = "x-briksync-unknown-route\ntrue\n";
  const withoutRoute = (bytes: string): string =>
    bytes.replaceAll(/RateLimit-\w+\n(?:\d+|\(quota\))\n/gi, "").replace(unknownRoute, "");

  it.each(verbs)("S-16 %s %s returns the same bytes as for a key that never existed", async (method, path, json) => {
    const ask = async (keyId: string, entry: string): Promise<string> => {
      const url = path.replace("ID", encodeURIComponent(keyId)).replace("ENTRY", encodeURIComponent(entry));
      const response = await server.call(
        method,
        url,
        json === undefined ? { token: stranger.token } : { token: stranger.token, json },
      );
      expect(response.status).toBe(404);
      expect(response.body.error.message).toBe("Resource does not exist");
      return bytesOf(response);
    };
    const never = await ask(nobody, nobody);
    expect(await ask(id, entryId)).toBe(never);
    expect(never).not.toContain(unknownRoute);
    const odd = [
      "__proto__",
      "constructor",
      "toString",
      "%",
      "..",
      " ",
      "\u0000",
      "' or 1=1 --",
      "é",
      "a/b",
      "x".repeat(90),
      "x".repeat(5_000),
    ];
    for (const text of odd) {
      // Some of these paths match no operation, so the server does not ask for a session.
      expect(withoutRoute(await ask(text, entryId)), text).toBe(withoutRoute(never));
      expect(withoutRoute(await ask(id, text)), text).toBe(withoutRoute(never));
    }
  });

  it("S-16 an unknown route is marked as such, and a masked key never is", async () => {
    for (const path of [`${keys}/${id}/disable`, "/external/v1/auth/nothing", "/external/v2/auth/keys"]) {
      const response = await server.call("GET", path, { token: stranger.token });
      expect([response.status, response.body.error.type]).toEqual([404, "NOT_FOUND"]);
      expect(response.headers["x-briksync-unknown-route"], path).toBe("true");
    }
    const masked = await server.call("GET", `${keys}/${id}`, { token: stranger.token });
    expect(masked.headers).not.toHaveProperty("x-briksync-unknown-route");
  });

  it("S-16 an allowlist entry cannot be removed through another key of the same owner", async () => {
    const other = await createTestKey(server, owner.token, { ipAllowlist: ["127.0.0.1"] });
    const response = await server.call("DELETE", `${keys}/${other.id}/ip-allowlist/${entryId}`, { token: owner.token });
    expect(response.status).toBe(404);
  });

  it("S-16 none of these calls changed anything", async () => {
    const { body } = await server.call("GET", `${keys}/${id}`, { token: owner.token });
    expect(body).toMatchObject({ name: "CRM Integration", status: "active", rotatedOn: null });
    expect(body.ipAllowlist).toHaveLength(2);
    expect(await verifyStatus(server, clientSecret)).toBe(200);
    const trail = await server.call("GET", "/external/v1/auth/audit", { token: stranger.token });
    expect(trail.text).not.toContain(id);
    expect((await server.call("GET", `/external/v1/auth/audit?keyId=${id}`, { token: stranger.token })).body).toEqual(
      [],
    );
  });
});
