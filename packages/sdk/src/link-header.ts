const LINK = /<([^>]*)>((?:\s*;\s*[\w*-]+\s*(?:=\s*(?:"[^"]*"|[^\s",;]*))?)*)/g;

/**
 * The `cursor` in the `rel="next"` link of a `Link` header (RFC 8288), or null when there is no further page.
 * Only the cursor is taken: the address itself is never followed, wherever it points.
 */
export function readNextCursor(header: string | null): string | null {
  if (header === null) return null;
  for (const [, target = "", parameters = ""] of header.matchAll(LINK)) {
    const relation = /;\s*rel\s*=\s*(?:"([^"]*)"|([^\s",;]+))/i.exec(parameters);
    const names = (relation?.[1] ?? relation?.[2] ?? "").toLowerCase().split(/\s+/);
    if (names.includes("next")) return new URLSearchParams(target.split("?")[1]?.split("#")[0]).get("cursor");
  }
  return null;
}
