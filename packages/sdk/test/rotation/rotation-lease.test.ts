import { setTimeout as sleep } from "node:timers/promises";
import { expect, it, onTestFinished } from "vitest";
import { ApiError, ConnectionError } from "../../src/errors/errors.ts";
import type { KnownApiErrorType } from "../../src/index.ts";
import type { RenewedLease } from "../../src/models/rotation.ts";
import { RotationLease } from "../../src/rotation/rotation-lease.ts";
import { makeDeferred } from "../support/deferred.ts";

type RenewalResult = Partial<RenewedLease> | Error;

/** Takes a lease of 0.6 s. The server answers renewals with these results, and repeats the last one. */
async function takeLease(...results: RenewalResult[]) {
  const continued: (string | undefined)[] = [];
  let wallMs = 0;
  const controller = new AbortController();
  const lease = await RotationLease.take({
    renew: async (leaseExpiresOn) => {
      const result = results[Math.min(continued.push(leaseExpiresOn) - 2, results.length - 1)] ?? {};
      if (result instanceof Error && continued.length > 1) throw result;
      const expiresOn = new Date(Date.UTC(2026, 1, 1) + continued.length).toISOString();
      return { id: "r1", leaseExpiresOn: expiresOn, leaseSeconds: 0.6, wasTakenOver: false, ...result };
    },
    now: () => Date.now() + wallMs,
    signal: controller.signal,
  });
  onTestFinished(() => lease.release());
  const passTime = (ms: number): void => {
    wallMs += ms;
  };
  return { lease, continued, controller, passTime };
}

function refuse(type: KnownApiErrorType, status: number): ApiError {
  return new ApiError("no", { type, status, outcome: "rejected", retryable: false, attempts: 1 });
}

const offline = new ConnectionError("gone", {
  type: "CONNECTION_FAILED",
  outcome: "unknown",
  retryable: true,
  attempts: 1,
});

it("C-09 renews the lease in time, names the current lease, and stops after its release", async () => {
  const { lease, continued } = await takeLease();
  await sleep(1_000);
  expect(lease.loss).toBeNull();
  expect(lease.signal.aborted).toBe(false);
  expect(continued.length).toBeGreaterThanOrEqual(3);
  expect(continued.slice(0, 3)).toEqual([undefined, "2026-02-01T00:00:00.001Z", "2026-02-01T00:00:00.002Z"]);
  lease.release();
  const { length } = continued;
  await sleep(500);
  expect(continued).toHaveLength(length);
});

it("C-09 combines concurrent checks into one renewal", async () => {
  const { lease, continued } = await takeLease();
  await Promise.all([lease.hold(), lease.hold(), lease.hold()]);
  expect(continued).toHaveLength(2);
  expect(lease.name).toBe("2026-02-01T00:00:00.002Z");
});

it("C-09 retries a renewal while there is time, and is lost before the lease expires", async () => {
  const { lease, continued } = await takeLease(offline);
  await expect(lease.hold()).rejects.toBe(offline);
  expect(lease.loss).toBeNull();
  await sleep(700);
  expect(continued.length).toBeGreaterThan(3);
  expect(lease.loss).toBe("expired");
  expect(lease.remainingMs).toBe(0);
  expect(lease.signal.reason).toMatchObject({ message: expect.stringContaining("expired") });
  await expect(lease.hold()).rejects.toBe(lease.signal.reason);
});

it("C-09 is lost by the wall clock if the machine sleeps", async () => {
  const { lease, continued, passTime } = await takeLease();
  passTime(600_000);
  expect(lease.remainingMs).toBe(0);
  expect(() => lease.requireHeld()).toThrow("expired");
  expect(continued).toHaveLength(1);
});

it("C-09 S-65 is lost by the monotonic clock if the wall clock was set back", async () => {
  const { lease, passTime } = await takeLease(offline);
  passTime(-600_000);
  await sleep(700);
  expect(lease).toMatchObject({ loss: "expired", remainingMs: 0 });
});

/** Takes a lease of 1000 s by the test's clock, of which 750 s are safe. `respond` completes the first renewal. */
async function takeSlowLease() {
  const { promise, resolve } = makeDeferred();
  let wallMs = 0;
  let calls = 0;
  const lease = await RotationLease.take({
    renew: async () => {
      if (calls++ > 0) await promise;
      return { id: "r1", leaseExpiresOn: `lease ${calls}`, leaseSeconds: 1_000, wasTakenOver: false };
    },
    now: () => wallMs,
    signal: undefined,
  });
  onTestFinished(() => lease.release());
  const passSeconds = (seconds: number): void => {
    wallMs += seconds * 1_000;
  };
  return { lease, respond: resolve, passSeconds };
}

it("C-09 ignores a renewal whose response arrives after the old lease has expired", async () => {
  const { lease, respond, passSeconds } = await takeSlowLease();
  passSeconds(740);
  const held = lease.hold();
  passSeconds(20);
  respond();
  await expect(held).rejects.toThrow("expired");
  expect(lease).toMatchObject({ loss: "expired", name: "lease 1", remainingMs: 0 });
});

it("C-09 accepts a renewal whose response arrives in time, and counts it from the request", async () => {
  const { lease, respond, passSeconds } = await takeSlowLease();
  passSeconds(700);
  const held = lease.hold();
  passSeconds(40);
  respond();
  await held;
  expect(lease).toMatchObject({ loss: null, name: "lease 2" });
  expect(lease.remainingMs).toBeGreaterThan(700_000);
  expect(lease.remainingMs).toBeLessThanOrEqual(710_000);
});

it.each([
  ["taken", refuse("ROTATION_IN_PROGRESS", 409)],
  ["gone", refuse("NOT_FOUND", 404)],
  ["gone", refuse("KEY_REVOKED", 409)],
  ["taken-back", { wasTakenOver: true }],
] as const)("C-09 is lost for good as %s", async (loss, result) => {
  const { lease } = await takeLease(result, {});
  await expect(lease.hold()).rejects.toThrow();
  expect(lease.loss).toBe(loss);
  expect(lease.signal.aborted).toBe(true);
  await expect(lease.hold()).rejects.toBe(lease.signal.reason);
});

it("C-08 aborts the work at the caller's signal, with the caller's reason", async () => {
  const { lease, controller } = await takeLease();
  controller.abort("enough");
  expect(lease.signal.reason).toBe("enough");
  expect(lease.loss).toBeNull();
});

it("C-09 counts a new lease from the request, not from the response", async () => {
  let wallMs = 0;
  const lease = await RotationLease.take({
    renew: async () => {
      wallMs += 40_000;
      return { id: "r1", leaseExpiresOn: "lease 1", leaseSeconds: 1_000, wasTakenOver: false };
    },
    now: () => wallMs,
    signal: undefined,
  });
  onTestFinished(() => lease.release());
  expect(lease.remainingMs).toBeLessThanOrEqual(710_000);
});
