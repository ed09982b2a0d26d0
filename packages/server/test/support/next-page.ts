import type { Answer } from "./http-client.ts";

/** Returns the path of the next page that an answer to a call of this path names, resolved as RFC 3986 says; undefined without one. */
export function findNextPage({ headers }: Answer, path: string): string | undefined {
  const reference = /^<([^>]+)>; rel="next"$/.exec(String(headers["link"] ?? ""))?.[1];
  if (reference === undefined) return undefined;
  const { pathname, search } = new URL(reference, new URL(path, "http://server.example"));
  return `${pathname}${search}`;
}
