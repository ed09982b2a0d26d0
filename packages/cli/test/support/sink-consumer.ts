import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { SinkPlace } from "./read-sink.ts";

/** A poll at which the sink's secret did not work, or the sink held none (`status` null). */
export interface Refusal {
  readonly atMs: number;
  readonly status: number | null;
  /** The answer's error type, where it has one. */
  readonly type: string | null;
  /** The end of the refused secret, enough to tell it from others. */
  readonly secretEnd: string | null;
}

/** What became of the polls of one sink. */
export interface Consumption {
  readonly polls: number;
  readonly accepted: number;
  /** The server was not there, or said itself that it could not answer (5xx). */
  readonly unavailable: number;
  /** Refused with a secret that the sink no longer held when the answer came; the one it held then was presented at once. */
  readonly stale: number;
  readonly refusals: readonly Refusal[];
}

/** What the parent tells the consumer. */
export type ConsumerOrder =
  | { readonly order: "watch"; readonly id: number; readonly url: string; readonly place: SinkPlace }
  | { readonly order: "stop"; readonly id: number };

/** What the consumer tells the parent. */
export type ConsumerNews =
  | { readonly news: "accepted"; readonly id: number }
  | { readonly news: "stopped"; readonly id: number; readonly consumption: Consumption };

/** Polls one sink until it is stopped. */
export interface SinkWatch {
  stop(): Promise<Consumption>;
}

/** A process that presents, every 10 ms, whatever the sinks hold to the server's verify. */
export interface SinkConsumer {
  /** Resolves when the sink's secret was accepted for the first time. */
  watch(url: string, place: SinkPlace): Promise<SinkWatch>;
  end(): Promise<void>;
}

/** Starts a consumer as a process of its own, so that its clock does not wait for the test's. */
export function startSinkConsumer(): SinkConsumer {
  const child = fork(fileURLToPath(new URL("consumer-process.ts", import.meta.url)), {
    env: { NODE_NO_WARNINGS: "1" },
  });
  const ended = once(child, "exit");
  let ids = 0;
  const waiting = new Map<string, (news: ConsumerNews) => void>();
  child.on("message", (news: ConsumerNews) => {
    const key = `${news.news} ${news.id}`;
    waiting.get(key)?.(news);
    waiting.delete(key);
  });
  const order = (message: ConsumerOrder, reply: ConsumerNews["news"]): Promise<ConsumerNews> =>
    new Promise((resolve, reject) => {
      waiting.set(`${reply} ${message.id}`, resolve);
      void ended.then(() => reject(new Error("The consumer's process has ended")));
      child.send(message);
    });
  return {
    async watch(url, place) {
      ids += 1;
      const id = ids;
      await order({ order: "watch", id, url, place }, "accepted");
      return {
        async stop() {
          const news = await order({ order: "stop", id }, "stopped");
          if (news.news !== "stopped") throw new Error(`The consumer answered ${news.news}`);
          return news.consumption;
        },
      };
    },
    async end() {
      child.disconnect();
      await ended;
    },
  };
}
