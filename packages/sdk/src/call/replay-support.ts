import type { TransportResponse } from "../transport/transport.ts";

/**
 * The header with which a server announces that it honors Idempotency-Key. Its value is `supported`. The server then
 * returns the same response for the same key and body, and does not execute the call twice.
 *
 * A server that ignores the key would create two keys, or end a secret that was just delivered. So the SDK retries a
 * keyed call that was sent only if the latest response of the management plane had this header. After an unknown
 * outcome, the error contains the key, so that the caller can decide.
 */
export const replayHeader = "x-briksync-idempotency-replay";

/** Returns whether a response comes from a server that replays keyed calls. */
export function announcesReplay(response: TransportResponse): boolean {
  return response.header(replayHeader) === "supported";
}
