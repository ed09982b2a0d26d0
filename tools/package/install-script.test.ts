import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { create } from "tar";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { findMissingPrograms } from "../installed-programs.ts";
import { formatFormula } from "./formula.ts";
import { platforms } from "./platforms.ts";
import { writeReleaseFiles } from "./release-files.ts";

const missing = process.platform === "win32" ? "the script needs a POSIX shell" : findMissingPrograms("curl", "tar");
const version = "1.2.3";
const archive = `briksync-${version}-linux-x64.tar.gz`;

describe.skipIf(missing !== undefined)(`install.sh${missing === undefined ? "" : ` (${missing})`}`, () => {
  const directory = mkdtempSync(join(tmpdir(), "briksync-install-test-"));
  const release = join(directory, "release");
  const programs = join(directory, "bin");
  let files: Map<string, Buffer>;
  let isCut = false;
  let server: Server;
  let prefix: string;
  let count = 0;

  beforeAll(async () => {
    // The program writes a file if it runs. The script treats programs of all sizes in the same way.
    const unpacked = join(directory, "unpacked");
    mkdirSync(join(unpacked, "bin"), { recursive: true });
    mkdirSync(join(unpacked, "share/man/man1"), { recursive: true });
    writeFileSync(join(unpacked, "share/man/man1/briksync.1"), ".TH BRIKSYNC 1\n");
    const program = `#!/bin/sh\ntouch "${directory}/has-run"\necho ${version}\n`;
    writeFileSync(join(unpacked, "bin/briksync"), program, { mode: 0o755 });
    mkdirSync(release);
    await create({ file: join(release, archive), cwd: unpacked, gzip: true, portable: true }, ["bin", "share"]);
    writeReleaseFiles(release, version, undefined);

    // The programs that the script needs. Tests leave one out or replace it.
    mkdirSync(programs);
    for (const name of [
      "sh",
      "uname",
      "ldd",
      "grep",
      "sed",
      "cut",
      "curl",
      "mktemp",
      "rm",
      "mkdir",
      "tar",
      "gzip",
      "cp",
      "mv",
      "touch",
    ]) {
      const path = ["/bin", "/usr/bin"].map((folder) => join(folder, name)).find(existsSync);
      if (path !== undefined) symlinkSync(path, join(programs, name));
    }
    server = createServer((request, response) => {
      const body = files.get((request.url ?? "").slice(1));
      if (body === undefined) return response.writeHead(404).end();
      if (!isCut || request.url === "/SHA256SUMS") return response.end(body);
      // Without a length, the end of the connection looks like the end of the file.
      response.useChunkedEncodingByDefault = false;
      return response.end(body.subarray(0, body.length - 20));
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
  });
  afterAll(() => {
    server.close();
    rmSync(directory, { recursive: true });
  });
  beforeEach(() => {
    isCut = false;
    files = new Map([archive, "SHA256SUMS"].map((name) => [name, readFileSync(join(release, name))]));
    count += 1;
    prefix = join(directory, `prefix-${count}`);
    rmSync(join(directory, "has-run"), { force: true });
  });

  interface Result {
    readonly status: number;
    readonly stdout: string;
    readonly stderr: string;
  }

  /** Runs the script with the programs of this test, some of them replaced. */
  function install(
    replaced: Readonly<Record<string, string | null>> = {},
    env: Record<string, string> = {},
  ): Promise<Result> {
    const folder = join(directory, `programs-${count}`);
    mkdirSync(folder);
    for (const name of ["sha256sum", ...Object.keys(replaced)]) {
      const text = replaced[name];
      if (text === null) continue;
      if (text === undefined) symlinkSync("/usr/bin/sha256sum", join(folder, name));
      else {
        writeFileSync(join(folder, name), `#!/bin/sh\n${text}\n`);
        chmodSync(join(folder, name), 0o755);
      }
    }
    const { port } = server.address() as AddressInfo;
    const base = { PATH: `${folder}:${programs}`, HOME: directory, BRIKSYNC_PREFIX: prefix };
    const address = { BRIKSYNC_BASE_URL: `http://127.0.0.1:${port}` };
    const options = { env: { ...base, ...address, ...env }, timeout: 30_000 };
    return new Promise((resolve) => {
      execFile("/bin/sh", [join(release, "install.sh")], options, (error, stdout, stderr) =>
        resolve({ status: error === null ? 0 : Number(error.code ?? -1), stdout, stderr }),
      );
    });
  }

  function expectNothingInstalled(result: Result, reason: string): void {
    expect(result.stderr).toContain(reason);
    expect(result.status).toBe(1);
    expect(existsSync(join(directory, "has-run"))).toBe(false);
    expect(existsSync(prefix)).toBe(false);
  }

  const linux = { uname: 'case "$1" in -m) echo x86_64;; *) echo Linux;; esac', ldd: "echo glibc" };

  it("installs the program and its pages", async () => {
    const result = await install(linux);
    expect(result).toMatchObject({ status: 0, stderr: "" });
    expect(result.stdout).toContain(`briksync ${version} is installed in ${prefix}/bin.`);
    expect(existsSync(join(prefix, "share/man/man1/briksync.1"))).toBe(true);
    expect(existsSync(join(prefix, "bin/.briksync.new"))).toBe(false);
  });

  it("runs no code of a changed file", async () => {
    const changed = Buffer.from(files.get(archive) ?? "");
    changed[changed.length - 1] = (changed.at(-1) ?? 0) ^ 1;
    files.set(archive, changed);
    expectNothingInstalled(await install(linux), "has the wrong checksum");
  });

  it("runs no code of an incomplete download", async () => {
    isCut = true;
    expectNothingInstalled(await install(linux), "Nothing was installed.");
  });

  it("installs nothing if SHA256SUMS does not list the archive exactly once", async () => {
    const sums = files.get("SHA256SUMS")?.toString() ?? "";
    const digest = createHash("sha256").update("x").digest("hex");
    files.set("SHA256SUMS", Buffer.from(sums.replace(`  ${archive}`, `  old-${archive}`)));
    expectNothingInstalled(await install(linux), "SHA256SUMS does not list");
    count += 1;
    files.set("SHA256SUMS", Buffer.from(`${digest}  ${archive}\n${sums}`));
    expectNothingInstalled(await install(linux), "SHA256SUMS does not list");
  });

  it("installs nothing without a program that computes checksums", async () => {
    expectNothingInstalled(await install({ ...linux, sha256sum: null }), "Checksums need sha256sum or shasum.");
  });

  it.each([
    ["an unknown system", { uname: "echo Plan9" }],
    ["an unknown processor", { uname: 'case "$1" in -m) echo riscv64;; *) echo Linux;; esac' }],
    ["musl", { ...linux, ldd: "echo musl libc" }],
  ])("names the npm package on %s", async (_name, replaced) => {
    expectNothingInstalled(await install(replaced), "Install the npm package @briksync/cli instead.");
  });

  it.each(["http://downloads.example.com", "http://127.0.0.1.example.com", "ftp://127.0.0.1/", ""])(
    "refuses the address %j",
    async (address) => {
      expectNothingInstalled(await install(linux, { BRIKSYNC_BASE_URL: address }), "BRIKSYNC_BASE_URL");
    },
  );

  it("does nothing if the script itself is incomplete", async () => {
    const script = readFileSync(join(release, "install.sh"), "utf8");
    for (const share of [0.3, 0.6, 0.9, 0.99]) {
      writeFileSync(join(directory, "cut.sh"), script.slice(0, Math.floor(script.length * share)));
      await new Promise((resolve) => {
        execFile(
          "/bin/sh",
          [join(directory, "cut.sh")],
          { env: { PATH: programs, HOME: directory, BRIKSYNC_PREFIX: prefix } },
          resolve,
        );
      });
      expect(existsSync(prefix)).toBe(false);
    }
  });
});

describe("the Homebrew formula", () => {
  it("has the address and the checksum of each archive of macOS and Linux", () => {
    const archives = platforms.map((platform, index) => ({
      platform,
      file: `briksync-1.2.3-${platform.name}.tar.gz`,
      sha256: `${index}`.repeat(64),
    }));
    const formula = formatFormula({ version, baseUrl: "https://downloads.example.com/v1.2.3", archives });
    const found = [...formula.matchAll(/url "(.*)"\n\s*sha256 "(.*)"/g)].map(([, url, sha256]) => `${url} ${sha256}`);
    const expected = archives.filter(({ platform }) => platform.os !== "win32");
    expect(found.sort()).toEqual(
      expected.map(({ file, sha256 }) => `https://downloads.example.com/v1.2.3/${file} ${sha256}`).sort(),
    );
  });
});
