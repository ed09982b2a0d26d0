import { parentPort, workerData } from "node:worker_threads";
import { type LastUsedBatch, prepareLastUsedWrites } from "./last-used.ts";
import { openLastUsedFile } from "./last-used-file.ts";
import type { LastUsedResponse } from "./last-used-thread.ts";

// Writes last uses in a separate thread with its own connection. See last-used-thread.ts.
const connection = openLastUsedFile(workerData as string);
const write = prepareLastUsedWrites(connection);

async function writeBatch(batch: LastUsedBatch): Promise<LastUsedResponse> {
  try {
    await write(batch);
    return { isWritten: true };
  } catch (error) {
    // Errors of SQLite lose their code when they are sent to another thread.
    const code = error instanceof Error && "code" in error ? String(error.code) : "";
    return { isWritten: false, code, message: error instanceof Error ? error.message : String(error) };
  }
}

parentPort?.on("message", async (batch: LastUsedBatch | null) => {
  if (batch !== null) return parentPort?.postMessage(await writeBatch(batch));
  connection.close();
  parentPort?.close();
});
