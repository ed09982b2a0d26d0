import { renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { BrikSync, isRotationInterrupted } from "@briksync/sdk";
import { type Fault, type ProxiedRequest, startFaultProxy } from "../support/fault-proxy.ts";
import { readSink } from "../support/read-sink.ts";
import type { Lab, LabKey, LabSecret } from "./lab.ts";

/** A point at which a rotation is cut off: the message, and the number of bytes that pass. */
interface Cut {
  readonly kind: "cut-request" | "cut-response";
  /** Number of the call, starting at 0. */
  readonly at: number;
  readonly call: string;
  readonly afterBytes: number;
}

/** The results of all cuts. */
export interface CutsReport {
  readonly cuts: number;
  /** Number of reruns that lost their lease because the machine was too busy. */
  readonly starved: number;
  readonly polls: number;
  readonly violations: readonly string[];
}

/**
 * Rotates with the SDK, cuts the connection after every `step`th byte of all requests and responses, and reruns each
 * rotation with the same Idempotency-Key. The SDK runs in this process, because a process for each of ten thousand cuts
 * would take an hour.
 */
export async function cutEveryByte(lab: Lab, { step, offset }: { step: number; offset: number }): Promise<CutsReport> {
  const cuts = (await listCuts(lab)).filter((_, index) => index % step === offset % step);
  const violations: string[] = [];
  let starved = 0;
  let polls = 0;
  let next = 0;
  const work = async (): Promise<void> => {
    for (let cut = cuts[next++]; cut !== undefined; cut = cuts[next++]) {
      const target = await createTarget(lab);
      const watch = await lab.consumer.watch(lab.server.url, { path: target.path });
      const requests = await rotate(lab, target, { kind: cut.kind, afterBytes: cut.afterBytes }, cut.at);
      starved += await rerunWithoutFaults(lab, target);
      const pollReport = await watch.stop();
      polls += pollReport.polls;
      const found = [
        ...(await findViolations(lab, target)),
        ...(requests.length > cut.at ? [] : ["it was not reached"]),
        ...pollReport.refusals.map((refusal) => `a poll was refused: ${JSON.stringify(refusal)}`),
      ];
      violations.push(...found.map((violation) => `${JSON.stringify(cut)}: ${violation}`));
    }
  };
  await Promise.all([work(), work(), work(), work()]);
  return { cuts: cuts.length, starved, polls, violations };
}

/** Returns all possible cuts, from the messages of a rotation without faults. */
async function listCuts(lab: Lab): Promise<Cut[]> {
  const requests = await rotate(lab, await createTarget(lab), { kind: "pass" }, 0);
  return requests.flatMap(({ index: at, method, path, bytes, responseBytes }) => {
    const call = `${method} ${path.replace(/^.*\/auth/, "").replaceAll(/[0-9a-f-]{36}/g, "…")}`;
    const list = (kind: Cut["kind"], length: number): Cut[] =>
      Array.from({ length }, (_, afterBytes) => ({ kind, at, call, afterBytes }));
    return [...list("cut-request", bytes), ...list("cut-response", responseBytes ?? 0)];
  });
}

/** A key and the file with its secret. */
interface Target {
  readonly key: LabKey;
  readonly path: string;
  readonly idempotencyKey: string;
}

let targets = 0;

async function createTarget(lab: Lab): Promise<Target> {
  const name = `cut-${++targets}`;
  const key = await lab.call<LabKey>("POST", "/keys", { name });
  const path = join(lab.directory, name);
  writeFileSync(path, key.clientSecret);
  return { key, path, idempotencyKey: name };
}

/** Runs a rotation, which may fail because of the fault. Returns its requests. */
async function rotate(
  { server }: Lab,
  { key, path, idempotencyKey }: Target,
  fault: Fault,
  at: number,
): Promise<readonly ProxiedRequest[]> {
  const proxy = await startFaultProxy(server.url, {
    decide: ({ index }) => (index === at ? fault : { kind: "pass" }),
  });
  const client = new BrikSync({ baseUrl: proxy.url, accessToken: server.token, maxRetries: 0 });
  try {
    await client.keys.rotateSafely(key.id, {
      idempotencyKey,
      waitMs: 30_000,
      deliver: async ({ clientSecret }, { holdLease }) => {
        await holdLease();
        writeFileSync(`${path}.new`, clientSecret.reveal());
        renameSync(`${path}.new`, path);
      },
    });
  } catch (error) {
    if (fault.kind === "pass") throw error;
  } finally {
    await proxy.stop();
  }
  return proxy.requests;
}

/**
 * Runs the rotation again. Repeats this if a busy machine let the lease expire. Returns the number of failed reruns.
 */
async function rerunWithoutFaults(lab: Lab, target: Target): Promise<number> {
  for (let starved = 0; ; starved++) {
    try {
      await rotate(lab, target, { kind: "pass" }, 0);
      return starved;
    } catch (error) {
      if (starved === 5 || !isRotationInterrupted(error) || !error.message.includes("lease")) throw error;
    }
  }
}

/** Returns the violations after the rerun. */
async function findViolations(lab: Lab, { key, path }: Target): Promise<string[]> {
  const live = await lab.call<LabSecret[]>("GET", `/keys/${key.id}/rotations`);
  const held = readSink({ path });
  const said = held === null ? "nothing held" : await lab.verify(held);
  const isOne = live.length === 1 && live[0]?.state === "current" && said === "200 current";
  return isOne ? [] : [`verify says ${said} to what the sink holds, live are ${JSON.stringify(live)}`];
}
