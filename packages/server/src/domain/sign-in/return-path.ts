/** The path for a missing or invalid return path. */
export const homePath = "/settings/api-access";

const pathCharactersMax = 512;
/** Base for resolving paths. Paths that resolve to another origin are refused. */
const anyOrigin = "http://return.invalid";

/**
 * Returns a path on this origin to which a browser may return (WHATWG URL), or the home path. Browsers
 * treat `//host`, `/\host` and `/<tab>/host` as another host, and `/.//host` resolves to one. So the resolved path is
 * checked too.
 */
export function toReturnPath(text: string | undefined): string {
  if (text === undefined || text.length > pathCharactersMax || !isPlainPath(text)) return homePath;
  if (!URL.canParse(text, anyOrigin)) return homePath;
  const { origin, pathname, search, hash } = new URL(text, anyOrigin);
  const path = `${pathname}${search}${hash}`;
  return origin === anyOrigin && isPlainPath(path) && path.length <= pathCharactersMax * 3 ? path : homePath;
}

/** Returns whether a path starts with exactly one slash and has no backslash, space or control character. */
function isPlainPath(text: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the pattern refuses control characters.
  return /^\/(?!\/)/.test(text) && !/[\\\s\u0000-\u001f\u007f-\u009f]/.test(text);
}
