import { renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { BrikSync, isRotationInterrupted } from "@briksync/sdk";
import { type Fault, type ProxiedRequest, startFaultProxy } from "../support/fault-proxy.ts";
import { readSink } from "../support/read-sink.ts";
import type { Lab, LabKey, LabSecret } from "./lab.ts";

/** Where a rotation is cut off: after how many bytes of which message. */
export interface Cut {
  readonly kind: "cut-request" | "cut-answer";
  /** The call, counted from 0, and what it is. */
  readonly at: number;
  readonly call: string;
  readonly afterBytes: number;
}

/** What came of the cuts. */
export interface CutsReport {
  readonly cuts: number;
  /** Reruns that came to nothing because the machine gave them no turn; on a quiet one there are none. */
  readonly starved: number;
  readonly polls: number;
  readonly violations: readonly string[];
}

/**
 * Rotates by the SDK and cuts it off after every byte of every request and answer, or after each `step`th of them, then runs it
 * again with the same Idempotency-Key. The SDK in this process, since a process for each of ten thousand cuts would take an hour.
 */
export async function cutEveryByte(lab: Lab, { step, offset }: { step: number; offset: number }): Promise<CutsReport> {
  const cuts = (await listCuts(lab)).filter((_, index) => index % step === offset % step);
  const violations: string[] = [];
  let starved = 0;
  let polls = 0;
  let next = 0;
  const work = async (): Promise<void> => {
    for (let cut = cuts[next++]; cut !== undefined; cut = cuts[next++]) {
      const place = await createPlace(lab);
      const watch = await lab.consumer.watch(lab.server.url, { path: place.path });
      const requests = await rotate(lab, place, { kind: cut.kind, afterBytes: cut.afterBytes }, cut.at);
      starved += await rotateUndisturbed(lab, place);
      const consumption = await watch.stop();
      polls += consumption.polls;
      const found = [
        ...(await judge(lab, place)),
        ...(requests.length > cut.at ? [] : ["it was not reached"]),
        ...consumption.refusals.map((refusal) => `a poll was refused: ${JSON.stringify(refusal)}`),
      ];
      violations.push(...found.map((violation) => `${JSON.stringify(cut)}: ${violation}`));
    }
  };
  await Promise.all([work(), work(), work(), work()]);
  return { cuts: cuts.length, starved, polls, violations };
}

/** Every place to cut at, by what an undisturbed rotation sends and gets. */
async function listCuts(lab: Lab): Promise<Cut[]> {
  const requests = await rotate(lab, await createPlace(lab), { kind: "pass" }, 0);
  return requests.flatMap(({ index: at, method, path, bytes, answerBytes }) => {
    const call = `${method} ${path.replace(/^.*\/auth/, "").replaceAll(/[0-9a-f-]{36}/g, "…")}`;
    const list = (kind: Cut["kind"], length: number): Cut[] =>
      Array.from({ length }, (_, afterBytes) => ({ kind, at, call, afterBytes }));
    return [...list("cut-request", bytes), ...list("cut-answer", answerBytes ?? 0)];
  });
}

/** A key and the file that its secret is in. */
interface Place {
  readonly key: LabKey;
  readonly path: string;
  readonly idempotencyKey: string;
}

let places = 0;

async function createPlace(lab: Lab): Promise<Place> {
  const name = `cut-${++places}`;
  const key = await lab.call<LabKey>("POST", "/keys", { name });
  const path = join(lab.directory, name);
  writeFileSync(path, key.clientSecret);
  return { key, path, idempotencyKey: name };
}

/** One run. It may fail; what holds then is judged by others. */
async function rotate(
  { server }: Lab,
  { key, path, idempotencyKey }: Place,
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

/** The rerun; another one where the machine left that without a turn until its lease had run out. Answers how many were left so. */
async function rotateUndisturbed(lab: Lab, place: Place): Promise<number> {
  for (let starved = 0; ; starved++) {
    try {
      await rotate(lab, place, { kind: "pass" }, 0);
      return starved;
    } catch (error) {
      if (starved === 5 || !isRotationInterrupted(error) || !error.message.includes("lease")) throw error;
    }
  }
}

async function judge(lab: Lab, { key, path }: Place): Promise<string[]> {
  const live = await lab.call<LabSecret[]>("GET", `/keys/${key.id}/rotations`);
  const held = readSink({ path });
  const said = held === null ? "nothing held" : await lab.verify(held);
  const isOne = live.length === 1 && live[0]?.state === "current" && said === "200 current";
  return isOne ? [] : [`verify says ${said} to what the sink holds, live are ${JSON.stringify(live)}`];
}
