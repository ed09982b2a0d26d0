/** Where a browser goes when nothing, or nothing acceptable, was asked for. */
export const signInPath = "/login";

const pathCharactersMax = 512;
/** Only to resolve against; what ends up elsewhere is refused. */
const anyOrigin = "http://return.invalid";

/**
 * The path on this very origin that a browser may be sent back to, as URLs are written (WHATWG URL); the sign-in page for
 * everything else. Browsers take `//host`, `/\host` and `/<tab>/host` for another host, and `/.//host` becomes one once its
 * dots are resolved, so the result is judged too.
 */
export function toReturnPath(text: string | undefined): string {
  if (text === undefined || text.length > pathCharactersMax || !isPlainPath(text)) return signInPath;
  if (!URL.canParse(text, anyOrigin)) return signInPath;
  const { origin, pathname, search, hash } = new URL(text, anyOrigin);
  const path = `${pathname}${search}${hash}`;
  return origin === anyOrigin && isPlainPath(path) && path.length <= pathCharactersMax * 3 ? path : signInPath;
}

/** One slash, then no slash, and nowhere a backslash, a space or a control character. */
function isPlainPath(text: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there.
  return /^\/(?!\/)/.test(text) && !/[\\\s\u0000-\u001f\u007f-\u009f]/.test(text);
}
