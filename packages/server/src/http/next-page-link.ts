/** `Link` header (RFC 8288) to the next page: the same call with another cursor, as a relative reference. */
export function nextPageLink(url: string, cursor: string): string {
  const [path = "", query = ""] = url.split("?", 2);
  const parameters = new URLSearchParams(query);
  parameters.set("cursor", cursor);
  return `<${path}?${parameters.toString()}>; rel="next"`;
}
