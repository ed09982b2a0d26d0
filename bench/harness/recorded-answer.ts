import { request } from "undici";

/** A real server's answer, to be given again by a server that does nothing else. */
export interface RecordedAnswer {
  readonly headers: Record<string, string | string[]>;
  readonly body: string;
}

/** What Node's own server adds to every answer by itself. */
const ownHeaders = new Set(["date", "connection", "keep-alive"]);

/** Asks once and keeps the answer. Throws when it is not a 200. */
export async function recordAnswer(url: string, headers: Record<string, string>): Promise<RecordedAnswer> {
  const response = await request(url, { headers });
  const body = await response.body.text();
  if (response.statusCode !== 200) throw new Error(`${url} answered ${response.statusCode}: ${body}`);
  const kept = Object.entries(response.headers).filter(([name]) => !ownHeaders.has(name));
  return { headers: Object.fromEntries(kept) as Record<string, string | string[]>, body };
}
