import { ConnectionLostError } from "./errors.ts";

/** A connection from before a restart fails immediately. A broken network only causes a timeout. */
const soonMs = 500;
/** More than the number of idle connections that a restart can break. */
const attemptsMax = 20;

/** Retries a read on another connection if the connection was already broken, for example after a database restart. */
export async function repeatLostRead<T>(read: () => Promise<T>): Promise<T> {
  const startedMs = performance.now();
  for (let attempt = 1; ; attempt++) {
    try {
      return await read();
    } catch (error) {
      const isLate = attempt >= attemptsMax || performance.now() - startedMs > soonMs;
      if (isLate || !(error instanceof ConnectionLostError)) throw error;
    }
  }
}
