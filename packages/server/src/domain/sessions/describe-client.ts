const charactersMax = 200;

/** Names of browsers. Most user agents contain several of them, and the first match in this list counts. */
const browsers: readonly (readonly [RegExp, string])[] = [
  [/\bEdg(?:e|A|iOS)?\//, "Edge"],
  [/\bOPR\//, "Opera"],
  [/\b(?:Firefox|FxiOS)\//, "Firefox"],
  [/\b(?:(?:Headless)?Chrome|CriOS)\//, "Chrome"],
  [/\bSafari\//, "Safari"],
];
const systems: readonly (readonly [RegExp, string])[] = [
  [/\bAndroid\b/, "Android"],
  [/\b(?:iPhone|iPad)\b/, "iOS"],
  [/\bWindows\b/, "Windows"],
  [/\bMac OS X\b/, "macOS"],
  [/\bCrOS\b/, "ChromeOS"],
  [/\bLinux\b/, "Linux"],
];

/**
 * Returns a description of a client that its user recognizes, or null. A browser gets its common name, such as `Firefox
 * on Windows`. Keeps only visible ASCII, so that the text cannot control a terminal or a page. A valid user agent
 * contains nothing else (RFC 9110, section 10.1.5).
 */
export function describeClient(userAgent: string | undefined): string | null {
  const text = (userAgent ?? "")
    .slice(0, 4 * charactersMax)
    .replace(/[^!-~]+/g, " ")
    .trim();
  const find = (names: typeof browsers): string | undefined => names.find(([form]) => form.test(text))?.[1];
  const browser = text.startsWith("Mozilla/") ? find(browsers) : undefined;
  if (browser === undefined) return text.slice(0, charactersMax).trim() || null;
  const system = find(systems);
  return system === undefined ? browser : `${browser} on ${system}`;
}
