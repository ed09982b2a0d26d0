/**
 * The `cursor` in the `rel="next"` link of a `Link` header (RFC 8288), or null when there is no further page.
 * Only the cursor is taken: the address itself is never followed, wherever it points.
 */
export function readNextCursor(header: string | null): string | null {
  for (const link of (header ?? "").split(/,\s*(?=<)/)) {
    const [, query, parameters = ""] = /^\s*<[^>?]*\??([^>#]*)[^>]*>(.*)/.exec(link) ?? [];
    if (/;\s*rel\s*=\s*"?([^";]*\s)?next\b/i.test(parameters)) return new URLSearchParams(query).get("cursor");
  }
  return null;
}
