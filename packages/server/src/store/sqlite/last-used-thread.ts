import { extname } from "node:path";
import { Worker } from "node:worker_threads";
import { toStoreError } from "./errors.ts";
import type { LastUsedBatch } from "./last-used.ts";
import type { LastUsedWriter } from "./last-used-buffer.ts";

/** The response of the thread to a batch. */
export type LastUsedResponse =
  | { readonly isWritten: true }
  | { readonly isWritten: false; readonly code: string; readonly message: string };

/** Next to this file, or next to the bundle that contains it. */
const workerUrl = new URL(`./last-used-worker${extname(import.meta.url)}`, import.meta.url);

/**
 * Writes last uses in a thread, so that no request waits for SQLite. It starts when it is needed. If it crashes, the
 * current batch fails and the next one starts a new thread.
 */
export class SqliteLastUsedThread implements LastUsedWriter {
  readonly #path: string;
  #worker: Worker | undefined;

  constructor(path: string) {
    this.#path = path;
  }

  /** Starts the thread if it is not running. */
  prepare(): void {
    this.#worker ??= this.#start();
  }

  async write(batch: LastUsedBatch): Promise<void> {
    this.#worker ??= this.#start();
    const worker = this.#worker;
    // The thread keeps the process alive only while it writes.
    worker.ref();
    worker.postMessage(batch);
    const response = await this.#receive(worker);
    worker.unref();
    if (!response.isWritten) throw toStoreError(Object.assign(new Error(response.message), { code: response.code }));
  }

  /** Stops the thread after the current batch. */
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
    // The waiting caller gets the error. Without a listener here, it would crash the process.
    worker.once("error", forget).once("exit", forget).unref();
    return worker;
  }

  #receive(worker: Worker): Promise<LastUsedResponse> {
    return new Promise((resolve, reject) => {
      const settle = (act: () => void): void => {
        worker.off("message", onMessage).off("error", onError).off("exit", onExit);
        act();
      };
      const onMessage = (response: LastUsedResponse): void => settle(() => resolve(response));
      const onError = (error: unknown): void => settle(() => reject(error));
      const onExit = (code: number): void => settle(() => reject(new Error(`The thread ended with exit code ${code}`)));
      worker.on("message", onMessage).on("error", onError).on("exit", onExit);
    });
  }
}
