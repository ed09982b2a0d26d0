/**
 * Returns the `cursor` in the `rel="next"` link of a `Link` header (RFC 8288), or null if there is no next page. The
 * URL itself is never followed.
 */
export function readNextCursor(header: string | null): string | null {
  for (const link of (header ?? "").split(/,\s*(?=<)/)) {
    const [, target, parameters] = /^\s*<([^>]*)>(.*)/.exec(link) ?? [];
    if (!parameters?.split(";").some(isNextRelation)) continue;
    return new URLSearchParams(target?.split("?")[1]?.split("#")[0]).get("cursor");
  }
  return null;
}

function isNextRelation(parameter: string): boolean {
  const [name = "", value = ""] = parameter.toLowerCase().split("=");
  return name.trim() === "rel" && value.replaceAll('"', " ").split(" ").includes("next");
}
