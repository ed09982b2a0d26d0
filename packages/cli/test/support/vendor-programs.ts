import { afterEach, beforeAll, beforeEach } from "vitest";
import { type Admin, secretPattern } from "./admin.ts";
import type { CliResult } from "./cli-process.ts";
import { createFakePrograms, type FakePrograms, type ProgramRun } from "./fake-program.ts";

/** The output of `--version` of each vendor's program. */
export const vendorVersions = {
  gh: "gh version 2.60.1 (2024-10-25)",
  vault: "Vault v1.15.2 (abc), built x",
  aws: "aws-cli/2.15.0 Python/3.11",
  doppler: "v3.68.0",
};

/** Returns the secret that a program read from stdin, or `none`. */
export function findSecret(runs: readonly ProgramRun[]): string {
  return runs.map(({ stdin }) => stdin).find((text) => secretPattern.test(text)) ?? "none";
}

/** Stand-ins for the programs of vendors, and an admin who creates keys with them. */
export interface VendorPrograms {
  readonly programs: FakePrograms;
  /** Creates a key and delivers its secret to the sinks. */
  create(sinks: readonly string[], more?: readonly string[], name?: string): Promise<CliResult>;
}

/** Creates stand-ins for the programs of vendors for all tests of a file. Each test starts without runs and faults. */
export function useVendorPrograms(admin: Admin): VendorPrograms {
  const programs = {} as FakePrograms;
  let names = 0;
  beforeAll(async () => void Object.assign(programs, await createFakePrograms(admin.directory)));
  beforeEach(async () => {
    for (const [program, version] of Object.entries(vendorVersions)) await programs.set(program, version);
  });
  afterEach(() => programs.forget());
  return {
    programs,
    create(sinks, more = [], name) {
      names += 1;
      const to = sinks.flatMap((sink) => ["--to", sink]);
      return admin.run(["keys", "create", name ?? `Key ${names}`, ...to, ...more], {
        env: { PATH: programs.path },
        cwd: admin.directory,
      });
    },
  };
}
