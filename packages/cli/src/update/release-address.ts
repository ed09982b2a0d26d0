import { releaseAddress } from "../config/version.ts";
import type { Host } from "../host.ts";

/**
 * Returns the address of the file that names the latest version, or undefined if this build has none. It is a JSON
 * object with the field `version`, as in the npm registry. BRIKSYNC_UPDATE_URL overrides the address of the build.
 */
export function findReleaseAddress(env: Host["env"]): URL | undefined {
  const text = env["BRIKSYNC_UPDATE_URL"] || releaseAddress;
  if (text === undefined || !URL.canParse(text)) return undefined;
  const url = new URL(text);
  const isLoopback = ["127.0.0.1", "[::1]", "localhost"].includes(url.hostname);
  return url.protocol === "https:" || (url.protocol === "http:" && isLoopback) ? url : undefined;
}
