import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { SinkLocation } from "./read-sink.ts";

/** A poll at which the server refused the sink's secret, or the sink contained none (`status` is null). */
export interface Refusal {
  readonly atMs: number;
  readonly status: number | null;
  /** Error type of the response, or null. */
  readonly type: string | null;
  /** The last characters of the refused secret, to distinguish it from others. */
  readonly secretEnd: string | null;
}

/** The results of all polls of one sink. */
export interface PollReport {
  readonly polls: number;
  readonly accepted: number;
  /** Number of polls without a response or with a status of 5xx. */
  readonly unavailable: number;
  /** Number of polls with a secret that was replaced before the response. The new secret was presented immediately. */
  readonly stale: number;
  readonly refusals: readonly Refusal[];
}

/** A command from the parent to the consumer. */
export type ConsumerCommand =
  | { readonly command: "watch"; readonly id: number; readonly url: string; readonly location: SinkLocation }
  | { readonly command: "stop"; readonly id: number };

/** An event from the consumer to the parent. */
export type ConsumerEvent =
  | { readonly event: "accepted"; readonly id: number }
  | { readonly event: "stopped"; readonly id: number; readonly pollReport: PollReport };

/** The polling of one sink. */
export interface SinkWatch {
  stop(): Promise<PollReport>;
}

/** A process that presents the secrets in the sinks to the server every 10 ms. */
export interface SinkConsumer {
  /** Starts to poll a sink. Resolves after the server has accepted its secret for the first time. */
  watch(url: string, location: SinkLocation): Promise<SinkWatch>;
  end(): Promise<void>;
}

/** Starts a consumer in a separate process, so that a busy test does not delay its timer. */
export function startSinkConsumer(): SinkConsumer {
  const child = fork(fileURLToPath(new URL("consumer-process.ts", import.meta.url)), {
    env: { NODE_NO_WARNINGS: "1" },
  });
  const ended = once(child, "exit");
  let ids = 0;
  const waiting = new Map<string, (event: ConsumerEvent) => void>();
  child.on("message", (event: ConsumerEvent) => {
    const key = `${event.event} ${event.id}`;
    waiting.get(key)?.(event);
    waiting.delete(key);
  });
  const command = (message: ConsumerCommand, reply: ConsumerEvent["event"]): Promise<ConsumerEvent> =>
    new Promise((resolve, reject) => {
      waiting.set(`${reply} ${message.id}`, resolve);
      void ended.then(() => reject(new Error("The consumer's process has ended")));
      child.send(message);
    });
  return {
    async watch(url, location) {
      ids += 1;
      const id = ids;
      await command({ command: "watch", id, url, location }, "accepted");
      return {
        async stop() {
          const event = await command({ command: "stop", id }, "stopped");
          if (event.event !== "stopped") throw new Error(`The consumer answered ${event.event}`);
          return event.pollReport;
        },
      };
    },
    async end() {
      child.disconnect();
      await ended;
    },
  };
}
