import { type RecordedRequest, type RecordingServer, type Reply, startRecordingServer } from "./recording-server.ts";
import { makeSampleKey, makeSampleSignIn } from "./sample-key.ts";

/** The response to a token that is not accepted. */
export const unauthorized: Reply = {
  status: 401,
  json: { error: { code: 401, message: "Unauthorized", type: "UNAUTHORIZED" } },
};

/** Starts a server that accepts one access token, and returns the next one for the next refresh token. */
export function startTokenServer(firstAccepted: number): Promise<RecordingServer> {
  let accepted = firstAccepted;
  return startRecordingServer(async ({ url, headers, body }: RecordedRequest) => {
    if (url.endsWith("/refresh")) {
      await new Promise((resolve) => setTimeout(resolve, 30));
      if (JSON.parse(body).refreshToken !== `refresh-${accepted - 1}`) return unauthorized;
      return { json: makeSampleSignIn(`access-${accepted}`, `refresh-${accepted++}`) };
    }
    if (headers.authorization !== `Bearer access-${accepted - 1}`) return unauthorized;
    return { json: makeSampleKey() };
  });
}

/** Returns the number of refreshes among the requests. */
export function countRefreshes(requests: readonly RecordedRequest[]): number {
  return requests.filter(({ url }) => url.endsWith("/refresh")).length;
}
