import { networkInterfaces } from "node:os";
import { describe, expect, it } from "vitest";
import { expectError } from "../support/expect-error.ts";
import { asBearer, asPair, createTestKey, type TestKey, verifyStatus } from "../support/keys.ts";
import { useAdmin, useServer, useTestServer } from "../support/lifetimes.ts";
import { createSignedIn } from "../support/people.ts";
import { sendRaw } from "../support/raw-socket.ts";
import { type Headers, useVerifyCalls } from "../support/verify-calls.ts";

/** Some containers have no IPv6, not even a loopback address. */
const hasIpv6 = Object.values(networkInterfaces()).some((addresses) =>
  addresses?.some(({ address }) => address === "::1"),
);

const path = "/external/v1/auth/verify";

describe("addresses on verify", () => {
  const server = useServer({ TRUSTED_PROXIES: "127.0.0.1", RATE_LIMIT_BURST: "10000" });
  const admin = useAdmin(server);
  const { key, ask } = useVerifyCalls(server, admin);

  const createRestricted = (...ipAllowlist: string[]): Promise<TestKey> =>
    createTestKey(server, admin.token, { ipAllowlist });
  const statusFrom = (restricted: TestKey, forwardedFor: string, more: Headers = {}): Promise<number> =>
    verifyStatus(server, restricted.clientSecret, { "x-forwarded-for": forwardedFor, ...more });

  it("S-20 reads X-Forwarded-For of a listed proxy from the right, and ignores entries of the client", async () => {
    const restricted = await createRestricted("203.0.113.7");
    expect(await statusFrom(restricted, "203.0.113.7")).toBe(200);
    expect(await statusFrom(restricted, "198.51.100.1, 203.0.113.7")).toBe(200);
    expect(await statusFrom(restricted, "203.0.113.7, 198.51.100.1")).toBe(401);
    expect(await statusFrom(restricted, "203.0.113.7, 127.0.0.1")).toBe(200);
    expect(await statusFrom(restricted, "198.51.100.1, 203.0.113.7, 127.0.0.1")).toBe(200);
    const split = await sendRaw(
      server.url,
      `GET ${path} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${restricted.clientSecret}\r\nx-forwarded-for: 203.0.113.7\r\nx-forwarded-for: 198.51.100.1\r\n\r\n`,
    );
    expect(split.status).toBe(401);
  });

  it("S-20 ignores all other headers", async () => {
    const restricted = await createRestricted("203.0.113.7");
    for (const name of [
      "x-real-ip",
      "forwarded",
      "true-client-ip",
      "cf-connecting-ip",
      "x-client-ip",
      "x-forwarded",
      "via",
    ]) {
      expect(await statusFrom(restricted, "198.51.100.1", { [name]: "203.0.113.7" }), name).toBe(401);
      expect(await verifyStatus(server, restricted.clientSecret, { [name]: "203.0.113.7" }), name).toBe(401);
    }
  });

  it("S-20 ignores X-Forwarded-For if no proxy is listed", async () => {
    const direct = await useTestServer();
    const owner = await createSignedIn(direct);
    const restricted = await createTestKey(direct, owner.token, { ipAllowlist: ["203.0.113.7"] });
    const spoofed = await direct.call("GET", path, {
      token: restricted.clientSecret,
      headers: { "x-forwarded-for": "203.0.113.7" },
    });
    expect(expectError(spoofed, "IP_NOT_ALLOWED")).toBe(
      "This key does not allow the IP address 127.0.0.1, which this request came from",
    );
    const local = await createTestKey(direct, owner.token, { ipAllowlist: ["127.0.0.1"] });
    expect(await verifyStatus(direct, local.clientSecret, { "x-forwarded-for": "203.0.113.7" })).toBe(200);
    const neighbor = await direct.call("GET", path, { token: local.clientSecret, localAddress: "127.0.0.2" });
    expectError(neighbor, "IP_NOT_ALLOWED");
  });

  it("S-22 an unreadable address is denied by an allowlist, and accepted without one", async () => {
    const restricted = await createRestricted("203.0.113.0/24");
    for (const forwardedFor of [
      "unknown",
      "203.0.113.7:",
      "203.0.113.7:65536",
      "203.0.113.07",
      "[203.0.113.7]:443",
      "2001:db8::1%eth0",
      "203.0.113.7, ",
      "203.0.113.7,x",
      "x".repeat(500),
    ]) {
      const response = await ask({ ...asBearer(restricted), "x-forwarded-for": forwardedFor });
      expect(expectError(response, "IP_NOT_ALLOWED"), forwardedFor).toContain("(unreadable)");
      expect(await statusFrom(key, forwardedFor), forwardedFor).toBe(200);
    }
  });

  it("S-20 drops the port and zone after an address, on the fast path and the regular route", async () => {
    const restricted = await createRestricted("203.0.113.7", "2001:db8::/32", "fe80::1");
    for (const address of [
      "203.0.113.7:443",
      "198.51.100.1:1, 203.0.113.7:65535",
      "203.0.113.7:443, 127.0.0.1:51234",
      "[2001:db8::1]:443",
      "[2001:db8::1]",
      "fe80::1%eth0",
      "[fe80::1%eth0]:443",
    ]) {
      expect(await statusFrom(restricted, address), address).toBe(200);
      expect((await ask({ ...asBearer(restricted), "x-forwarded-for": address }, "POST")).status, address).toBe(200);
    }
    for (const address of [
      "203.0.113.8:443",
      "203.0.113.7:443, 198.51.100.1:443",
      "[2001:db9::1]:443",
      "fe80::2%eth0",
    ]) {
      expect(await statusFrom(restricted, address), address).toBe(401);
    }
  });

  it("S-22 IPv4-mapped addresses count as IPv4, and IPv6 is compared by value", async () => {
    const restricted = await createRestricted("203.0.113.7", "2001:db8::/32");
    for (const address of [
      "::ffff:203.0.113.7",
      "::FFFF:CB00:7107",
      "2001:db8::1",
      "2001:0DB8:0:0:0:0:0:1",
      "2001:db8:ffff::",
    ]) {
      expect(await statusFrom(restricted, address), address).toBe(200);
    }
    for (const address of ["::203.0.113.7", "64:ff9b::203.0.113.7", "2001:db9::1", "::1", "203.0.113.8"]) {
      expect(await statusFrom(restricted, address), address).toBe(401);
    }
  });

  it.skipIf(!hasIpv6)("S-22 a dual-stack listener sees IPv4 clients as IPv4 and IPv6 clients as IPv6", async () => {
    const dual = await useTestServer({ HOST: "::" });
    const owner = await createSignedIn({ ...dual, call: dual.call });
    const port = new URL(dual.url).port;
    const v4 = await createTestKey(dual, owner.token, { ipAllowlist: ["127.0.0.1"] });
    const v6 = await createTestKey(dual, owner.token, { ipAllowlist: ["::1"] });
    const statusOver = async (host: string, secret: string): Promise<number> =>
      (
        await sendRaw(
          `http://${host}:${port}`,
          `GET ${path} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${secret}\r\n\r\n`,
        )
      ).status;
    expect(await statusOver("127.0.0.1", v4.clientSecret)).toBe(200);
    expect(await statusOver("[::1]", v6.clientSecret)).toBe(200);
    expect(await statusOver("127.0.0.1", v6.clientSecret)).toBe(401);
    expect(await statusOver("[::1]", v4.clientSecret)).toBe(401);
  });

  it("S-23 mentions addresses only after a correct secret", async () => {
    const restricted = await createRestricted("203.0.113.7");
    const wrong = { ...restricted, clientSecret: key.clientSecret };
    expectError(await ask({ ...asPair(wrong), "x-forwarded-for": "198.51.100.1" }), "INVALID_CREDENTIALS");
    expectError(await ask({ ...asPair(wrong), "x-forwarded-for": "203.0.113.7" }), "INVALID_CREDENTIALS");
    expectError(await ask({ ...asPair(restricted), "x-forwarded-for": "198.51.100.1" }), "IP_NOT_ALLOWED");
  });
});
