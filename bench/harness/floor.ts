import { fileURLToPath } from "node:url";
import type { RecordedResponse } from "./recorded-response.ts";
import { type ServerProcess, startServerProcess } from "./server-process.ts";

/** Starts the floor: a bare `node:http` server that sends this response to every request. */
export function startFloorServer(response: RecordedResponse): Promise<ServerProcess> {
  const entry = fileURLToPath(new URL("../processes/floor-server.ts", import.meta.url));
  return startServerProcess([entry], { RESPONSE: JSON.stringify(response) });
}
