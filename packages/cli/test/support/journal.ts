import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "vitest";
import type { Admin } from "./admin.ts";
import { type CliOptions, type CliResult, spawnCli, waitForEnd } from "./cli-process.ts";
import { useRelay } from "./lifetimes.ts";
import type { Relay } from "./relay.ts";
import type { TestServer } from "./server-process.ts";

/** The journal of an admin whose runs go through a relay. */
export interface Journal {
  readonly relay: Relay;
  /** Returns the directory of the journal. */
  findDirectory(): string;
  /** Returns the file names of the entries. */
  listEntries(): Promise<string[]>;
  /** Expects a directory without entries and without temporary files. */
  expectNoEntries(): Promise<void>;
  /** Runs the CLI against the relay. */
  run(args: readonly string[], options?: CliOptions): Promise<CliResult>;
  /** Starts a run that gets no response, and kills it when the server has committed the change. */
  killAfterCommit(args: readonly string[]): Promise<void>;
}

/** Starts a relay for all tests of a file, and returns the journal of the runs through it. */
export function useJournal(server: TestServer, admin: Admin): Journal {
  const relay = useRelay(server);
  const findDirectory = (): string => join(admin.configDirectory, "journal");
  const listEntries = async (): Promise<string[]> =>
    (await readdir(findDirectory()).catch(() => [])).filter((name) => name.endsWith(".json"));
  return {
    relay,
    findDirectory,
    listEntries,
    async expectNoEntries() {
      expect(await listEntries()).toEqual([]);
      expect(await readdir(findDirectory())).toEqual([]);
    },
    run: (args, options = {}) => admin.run([...args, "--server", relay.url], options),
    async killAfterCommit(args) {
      relay.handling = "hold";
      const before = relay.answered;
      const child = spawnCli([...args, "--server", relay.url], { env: admin.env });
      await expect.poll(() => relay.answered).toBeGreaterThan(before);
      child.process.kill("SIGKILL");
      expect(await waitForEnd(child, 10_000)).toMatchObject({ signal: "SIGKILL" });
      relay.handling = "pass";
    },
  };
}
