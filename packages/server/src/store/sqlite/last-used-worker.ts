import { parentPort, workerData } from "node:worker_threads";
import { prepareLastUsedWrites, type UseBatch } from "./last-used.ts";
import { openUsesFile } from "./last-used-file.ts";
import type { UsesAnswer } from "./last-used-thread.ts";

// Writes last uses in a separate thread with its own connection. See last-used-thread.ts.
const connection = openUsesFile(workerData as string);
const write = prepareLastUsedWrites(connection);

async function answer(batch: UseBatch): Promise<UsesAnswer> {
  try {
    await write(batch);
    return { isWritten: true };
  } catch (error) {
    // Errors of SQLite lose their code when they are sent to another thread.
    const code = error instanceof Error && "code" in error ? String(error.code) : "";
    return { isWritten: false, code, message: error instanceof Error ? error.message : String(error) };
  }
}

parentPort?.on("message", async (batch: UseBatch | null) => {
  if (batch !== null) return parentPort?.postMessage(await answer(batch));
  connection.close();
  parentPort?.close();
});
