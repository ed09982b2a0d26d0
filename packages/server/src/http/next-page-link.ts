/**
 * Returns the `Link` header (RFC 8288) to the next page: the same URL with another cursor. It contains only the query,
 * so that it stays valid behind a proxy that strips a path prefix.
 */
export function nextPageLink(url: string, cursor: string): string {
  const [, query = ""] = url.split("?", 2);
  const parameters = new URLSearchParams(query);
  parameters.set("cursor", cursor);
  return `<?${parameters.toString()}>; rel="next"`;
}
