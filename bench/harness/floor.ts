import { fileURLToPath } from "node:url";
import type { RecordedAnswer } from "./recorded-answer.ts";
import { type ServerProcess, startServerProcess } from "./server-process.ts";

/** Starts the floor: a bare `node:http` server that gives this answer to whatever it is asked. */
export function startFloorServer(answer: RecordedAnswer): Promise<ServerProcess> {
  const entry = fileURLToPath(new URL("../processes/floor-server.ts", import.meta.url));
  return startServerProcess([entry], { ANSWER: JSON.stringify(answer) });
}
