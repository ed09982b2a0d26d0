/**
 * Returns the `Link` header (RFC 8288) to the next page: the same call with another cursor. The reference consists of the query
 * alone, so that it is right behind a proxy that strips a prefix from the path.
 */
export function nextPageLink(url: string, cursor: string): string {
  const [, query = ""] = url.split("?", 2);
  const parameters = new URLSearchParams(query);
  parameters.set("cursor", cursor);
  return `<?${parameters.toString()}>; rel="next"`;
}
