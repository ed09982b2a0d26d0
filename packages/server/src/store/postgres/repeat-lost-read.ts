import { ConnectionLostError } from "./errors.ts";

/** A connection that outlived a restart of the database says so at once; one that leads nowhere lets its timeout pass. */
const soonMs = 500;
/** More than there are idle connections that a restart can have broken. */
const attemptsMax = 20;

/** Reads again, over another connection, where the one it was asked over turns out to have been broken before. */
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
