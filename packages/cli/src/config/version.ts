import packageJson from "../../package.json" with { type: "json" };

/** This package's version. */
export const version: string = packageJson.version;

/** The address that names the latest version. Releases set it in package.json. A build from a clone has none. */
export const releaseAddress: string | undefined = packageJson.briksync.releaseAddress || undefined;

/** The oldest Node this program runs on. */
export const nodeVersionMin = "22.13";

/** Whether a version such as `22.13.0` is {@link nodeVersionMin} or newer. */
export function isNodeNewEnough(version: string): boolean {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const [majorMin = 0, minorMin = 0] = nodeVersionMin.split(".").map(Number);
  return major > majorMin || (major === majorMin && minor >= minorMin);
}
