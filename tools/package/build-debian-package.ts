import { createHash } from "node:crypto";
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { completionFiles, readLicense, readManPages } from "./install-tree.ts";
import { readCommitTime, runTool } from "./run-tool.ts";

/** The tags that lintian reports because the program contains Node. */
const lintianOverrides = `# The Node project builds Node without PIE.
briksync: hardening-no-pie [usr/bin/briksync]
# Node contains these libraries.
briksync: embedded-library mbedtls *
briksync: embedded-library zlib *
`;

/** The input of a Debian package. */
export interface DebianPackageInput {
  readonly executable: string;
  readonly version: string;
  readonly architecture: string;
  readonly outputDirectory: string;
  /** The license texts of Node and of the packages in the program. */
  readonly licenses: string;
}

/**
 * Builds the Debian package with the program, the man pages and the completions. Returns its path. The same input gives
 * the same bytes, because the time of the last commit is the time of all files.
 */
export function buildDebianPackage(input: DebianPackageInput): string {
  const { executable, version, architecture, outputDirectory } = input;
  const root = mkdtempSync(join(tmpdir(), "briksync-deb-"));
  const write = (path: string, content: string | Buffer): void => {
    mkdirSync(dirname(join(root, path)), { recursive: true, mode: 0o755 });
    writeFileSync(join(root, path), content, { mode: 0o644 });
  };
  try {
    chmodSync(root, 0o755);
    mkdirSync(join(root, "usr/bin"), { recursive: true });
    copyFileSync(executable, join(root, "usr/bin/briksync"));
    chmodSync(join(root, "usr/bin/briksync"), 0o755);
    const installed = listFiles(input);
    for (const [path, content] of installed) write(path, content);
    const sums = ["usr/bin/briksync", ...installed.keys()].sort().map((path) => {
      const digest = createHash("md5")
        .update(readFileSync(join(root, path)))
        .digest("hex");
      return `${digest}  ${path}\n`;
    });
    write("DEBIAN/md5sums", sums.join(""));
    const sizes = ["usr/bin/briksync", ...installed.keys()].map((path) => statSync(join(root, path)).size);
    const size = sizes.reduce((sum, bytes) => sum + Math.ceil(bytes / 1024), 0);
    write("DEBIAN/control", formatControl({ version, architecture, size }));
    const output = join(outputDirectory, `briksync_${version}_${architecture}.deb`);
    mkdirSync(outputDirectory, { recursive: true });
    // gzip, because xz takes a minute and saves a quarter.
    runTool("dpkg-deb", ["--root-owner-group", "-Zgzip", "--build", root, output], {
      env: { SOURCE_DATE_EPOCH: `${readCommitTime()}`, TZ: "UTC" },
    });
    return output;
  } finally {
    rmSync(root, { recursive: true });
  }
}

function listFiles({ version, licenses }: DebianPackageInput): ReadonlyMap<string, string | Buffer> {
  const compress = (text: string): Buffer => gzipSync(text, { level: 9 });
  return new Map<string, string | Buffer>([
    ...[...readManPages()].map(
      ([name, page]) => [`usr/share/man/man${name.at(-1)}/${name}.gz`, compress(page)] as const,
    ),
    ...Object.entries(completionFiles).map(([path, script]) => [`usr/share/${path}`, script] as const),
    ["usr/share/doc/briksync/changelog.gz", compress(formatChangelog(version))],
    ["usr/share/doc/briksync/copyright", formatCopyright()],
    ["usr/share/doc/briksync/third-party-licenses.gz", compress(licenses)],
    ["usr/share/lintian/overrides/briksync", lintianOverrides],
  ]);
}

function formatControl({
  version,
  architecture,
  size,
}: {
  version: string;
  architecture: string;
  size: number;
}): string {
  return `Package: briksync
Version: ${version}
Section: utils
Priority: optional
Architecture: ${architecture}
Maintainer: ${readMaintainer()}
Installed-Size: ${size}
Depends: libc6 (>= 2.28), libstdc++6 (>= 9), libgcc-s1, libatomic1
Recommends: gnome-keyring | org.freedesktop.secrets
Suggests: bash-completion
Description: manage the API keys of a company on a BrikSync server
 briksync creates, restricts, rotates and revokes API keys from a terminal
 or a pipeline. It delivers new secrets to files, programs and secret stores
 before the old ones end.
 .
 The program contains everything that it needs, and no Node.js is required.
`;
}

// Debian requires a name and an address. The last committer is responsible for what was released.
function readMaintainer(): string {
  return process.env["BRIKSYNC_MAINTAINER"] ?? runTool("git", ["log", "-1", "--format=%cn <%ce>"]).trim();
}

function formatChangelog(version: string): string {
  const date = new Date(readCommitTime() * 1000).toUTCString().replace("GMT", "+0000");
  return `briksync (${version}) unstable; urgency=medium\n\n  * Release ${version}.\n\n -- ${readMaintainer()}  ${date}\n`;
}

function formatCopyright(): string {
  const [, holder = ""] = /^Copyright \(c\) (.*)$/m.exec(readLicense()) ?? [];
  const [, text = ""] = readLicense().split(/^Copyright .*\n\n/m);
  const indented = text.trim().replace(/^$/gm, ".").replace(/^/gm, " ");
  return `Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Upstream-Name: briksync

Files: *
Copyright: ${holder}
License: MIT
Comment: usr/bin/briksync contains Node.js and npm packages. Their licenses are in
 /usr/share/doc/briksync/third-party-licenses.gz.

License: MIT
${indented}
`;
}
