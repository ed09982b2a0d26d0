import type { TransportResponse } from "../transport/transport.ts";

/**
 * The header by which a server says, on any answer, that it honors Idempotency-Key: the same key and body give
 * the same answer again instead of a second effect. Its value is `supported`.
 *
 * A repeated create or rotate at a server that ignores the key would make two keys or end a secret that was just
 * delivered. So until this header was seen on the latest answer of the server's management plane, a keyed call is repeated
 * only if nothing of it was sent. After an unknown outcome the error carries the key, for the caller to decide.
 */
export const REPLAY_HEADER = "x-briksync-idempotency-replay";

/** Whether an answer comes from a server that replays keyed calls. */
export function announcesReplay(response: TransportResponse): boolean {
  return response.header(REPLAY_HEADER) === "supported";
}
