import { request } from "undici";

/** The response of a real server, for a server that does nothing else. */
export interface RecordedResponse {
  readonly headers: Record<string, string | string[]>;
  readonly body: string;
}

/** Headers that Node adds to every response. */
const ownHeaders = new Set(["date", "connection", "keep-alive"]);

/** Sends one request and returns the response. Throws if its status is not 200. */
export async function recordResponse(url: string, headers: Record<string, string>): Promise<RecordedResponse> {
  const response = await request(url, { headers });
  const body = await response.body.text();
  if (response.statusCode !== 200) throw new Error(`${url} returned ${response.statusCode}: ${body}`);
  const kept = Object.entries(response.headers).filter(([name]) => !ownHeaders.has(name));
  return { headers: Object.fromEntries(kept) as Record<string, string | string[]>, body };
}
