import type { HttpResponse } from "./http-client.ts";

/**
 * Returns the path of the next page of a response, resolved against the path of the call (RFC 3986). Returns undefined
 * on the last page.
 */
export function findNextPage({ headers }: HttpResponse, path: string): string | undefined {
  const reference = /^<([^>]+)>; rel="next"$/.exec(String(headers["link"] ?? ""))?.[1];
  if (reference === undefined) return undefined;
  const { pathname, search } = new URL(reference, new URL(path, "http://server.example"));
  return `${pathname}${search}`;
}
