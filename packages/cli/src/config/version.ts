import packageJson from "../../package.json" with { type: "json" };

/** This package's version. */
export const version: string = packageJson.version;

/** The address that names the latest version. Releases set it in package.json; a build of a clone has none. */
export const releaseAddress: string | undefined = packageJson.briksync.releaseAddress || undefined;
