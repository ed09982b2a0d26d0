import { describe, expect, it } from "vitest";
import { expectError } from "../support/expect-error.ts";
import { createTestKey, verifyStatus } from "../support/keys.ts";
import { useTestServer } from "../support/lifetimes.ts";
import { createSignedIn } from "../support/people.ts";

const path = "/external/v1/auth/verify";
const keys = "/external/v1/auth/keys";

describe("the rate limit of a key", () => {
  it("S-31 allows 120 calls with a full bucket, then ten per second, with an exact Retry-After", async () => {
    const limited = await useTestServer();
    const owner = await createSignedIn(limited);
    const { clientSecret } = await createTestKey(limited, owner.token);
    const started = performance.now();
    const count = { passed: 0, refused: 0 };
    const flood = async (until: (elapsedSeconds: number) => boolean): Promise<void> => {
      while (until((performance.now() - started) / 1000)) {
        const status = await verifyStatus(limited, clientSecret);
        if (status === 200) count.passed++;
        else if (status === 429) count.refused++;
        else throw new Error(`Unexpected ${status}`);
      }
    };
    await Promise.all(Array.from({ length: 8 }, () => flood((elapsed) => elapsed < 2)));
    const elapsed = (performance.now() - started) / 1000;
    expect(count.refused).toBeGreaterThan(0);
    expect(count.passed).toBeGreaterThanOrEqual(120);
    expect(count.passed).toBeLessThanOrEqual(120 + 10 * elapsed + 1);

    await limited.database.query("update api_keys set rate_per_minute = 60, rate_burst = 1");
    await expect.poll(() => verifyStatus(limited, clientSecret), { interval: 20 }).toBe(200);
    const refused = await limited.call("GET", path, { token: clientSecret });
    expect(expectError(refused, "RATE_LIMITED")).toBe("Rate limit exceeded");
    expect(refused.headers["retry-after"]).toBe("1");
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    expect(await verifyStatus(limited, clientSecret)).toBe(200);
  });

  it("S-31 wrong secrets, addresses and formats do not consume the key's limit", async () => {
    const limited = await useTestServer({
      RATE_LIMIT_PER_MINUTE: "1",
      RATE_LIMIT_BURST: "3",
      TRUSTED_PROXIES: "127.0.0.1",
    });
    const owner = await createSignedIn(limited);
    const { clientId, clientSecret } = await createTestKey(limited, owner.token, { ipAllowlist: ["203.0.113.7"] });
    const allowed = { "x-forwarded-for": "203.0.113.7" };
    for (let attempt = 0; attempt < 5; attempt++) {
      await limited.call("GET", path, { headers: { "x-api-key": clientId, "x-api-secret": "wrong", ...allowed } });
      await limited.call("GET", path, { headers: { "x-api-key": clientId, ...allowed } });
      expect(await verifyStatus(limited, clientSecret, { "x-forwarded-for": "198.51.100.1" })).toBe(401);
    }
    const statuses: number[] = [];
    for (let attempt = 0; attempt < 4; attempt++) statuses.push(await verifyStatus(limited, clientSecret, allowed));
    expect(statuses).toEqual([200, 200, 200, 429]);
  });

  it("S-31 rotating the secret does not refill the bucket, and another key has its own bucket", async () => {
    const limited = await useTestServer({ RATE_LIMIT_PER_MINUTE: "1", RATE_LIMIT_BURST: "1" });
    const owner = await createSignedIn(limited);
    const [one, two] = [await createTestKey(limited, owner.token), await createTestKey(limited, owner.token)];
    expect(await verifyStatus(limited, one.clientSecret)).toBe(200);
    const rotated = await limited.call("POST", `${keys}/${one.id}/rotate`, { token: owner.token });
    expect(await verifyStatus(limited, rotated.body.clientSecret)).toBe(429);
    expect(await verifyStatus(limited, two.clientSecret)).toBe(200);
  });
});
