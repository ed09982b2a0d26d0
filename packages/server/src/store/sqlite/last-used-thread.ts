import { extname } from "node:path";
import { Worker } from "node:worker_threads";
import { toStoreError } from "./errors.ts";
import type { UseBatch } from "./last-used.ts";
import type { UseWriter } from "./last-used-buffer.ts";

/** What the thread answers to a batch. */
export type UsesAnswer =
  | { readonly isWritten: true }
  | { readonly isWritten: false; readonly code: string; readonly message: string };

/** Beside this file, or beside the bundle that this file is in. */
const workerUrl = new URL(`./last-used-worker${extname(import.meta.url)}`, import.meta.url);

/**
 * The thread that writes last uses, so that no request waits while SQLite does. Started when there will be something to
 * write. Where it dies, the batch it was at work on is refused, and the next one starts another.
 */
export class SqliteUsesThread implements UseWriter {
  readonly #path: string;
  #worker: Worker | undefined;

  constructor(path: string) {
    this.#path = path;
  }

  /** Starts the thread, unless it runs. */
  prepare(): void {
    this.#worker ??= this.#start();
  }

  async write(batch: UseBatch): Promise<void> {
    this.#worker ??= this.#start();
    const worker = this.#worker;
    // Only while it is at work is the thread a reason for the process to go on.
    worker.ref();
    worker.postMessage(batch);
    const answer = await this.#receive(worker);
    worker.unref();
    if (!answer.isWritten) throw toStoreError(Object.assign(new Error(answer.message), { code: answer.code }));
  }

  /** Ends the thread after the batch it is at work on. */
  async close(): Promise<void> {
    const worker = this.#worker;
    if (worker === undefined) return;
    worker.ref();
    worker.postMessage(null);
    await new Promise((resolve) => worker.once("exit", resolve));
  }

  #start(): Worker {
    const worker = new Worker(workerUrl, { workerData: this.#path, name: "last uses" });
    const forget = (): void => {
      if (this.#worker === worker) this.#worker = undefined;
    };
    // An error is told to whoever waits for an answer; without a listener here it would end the process.
    worker.once("error", forget).once("exit", forget).unref();
    return worker;
  }

  #receive(worker: Worker): Promise<UsesAnswer> {
    return new Promise((resolve, reject) => {
      const settle = (act: () => void): void => {
        worker.off("message", onMessage).off("error", onError).off("exit", onExit);
        act();
      };
      const onMessage = (answer: UsesAnswer): void => settle(() => resolve(answer));
      const onError = (error: unknown): void => settle(() => reject(error));
      const onExit = (code: number): void => settle(() => reject(new Error(`The thread ended with exit code ${code}`)));
      worker.on("message", onMessage).on("error", onError).on("exit", onExit);
    });
  }
}
