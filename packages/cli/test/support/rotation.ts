import { readFile } from "node:fs/promises";
import { type Admin, type PrintedKey, presentSecret } from "./admin.ts";
import type { CliResult } from "./cli-process.ts";
import { useTerminal, type WorkDirectory } from "./lifetimes.ts";
import type { PtySession } from "./pty.ts";
import type { TestServer } from "./server-process.ts";

/** A working secret of a key, as the server lists it. */
export interface ShownSecret {
  readonly id: string;
  readonly state: "current" | "pending" | "retiring";
  readonly firstUsedOn: string | null;
  readonly lastUsedAt: string | null;
  readonly expiresOn: string | null;
  readonly leaseExpiresOn: string | null;
}

/** Returns the working secrets of a key. */
export function listSecrets(admin: Admin, keyId: string): Promise<readonly ShownSecret[]> {
  return admin.fetchJson(`/keys/${keyId}/rotations`);
}

/**
 * Returns the states of the working secrets of a key, and the status with which the server answers the secret in a
 * file.
 */
export async function readRotationState(
  server: TestServer,
  admin: Admin,
  keyId: string,
  path: string,
): Promise<{ readonly states: readonly string[]; readonly sink: number }> {
  const states = (await listSecrets(admin, keyId)).map(({ state }) => state);
  return { states, sink: await presentSecret(server, await readFile(path, "utf8")) };
}

/** The result of {@link readRotationState} if exactly one secret works and the sink contains it. */
export const settled = { states: ["current"], sink: 200 };

/** Returns the command in stderr that resumes a failed run. */
export function readResumeLine(stderr: string): string {
  const [, line] = /To resume, run: (briksync .*)$/m.exec(stderr) ?? [];
  if (line === undefined) throw new Error(`stderr names no command that resumes the rotation:\n${stderr}`);
  return line;
}

/** A staged rotation. */
interface StagedRotation {
  readonly id: string;
  readonly clientSecret: string;
}

/** Runs of `briksync keys rotate` for the key of the running test. */
export interface RotationRuns {
  rotate(...args: string[]): Promise<CliResult>;
  /** Runs the command at a terminal. */
  openTerminal(...args: string[]): PtySession;
  /** Starts a staged rotation, and takes over the lease of another one. */
  stage(): Promise<StagedRotation>;
  /** Returns the states of the secrets that work. */
  listStates(): Promise<string[]>;
}

/** Returns the runs of `briksync keys rotate` for a key, in a directory if there is one. */
export function useRotation(admin: Admin, key: PrintedKey, directory?: WorkDirectory): RotationRuns {
  const findPlace = (): { readonly cwd?: string } => (directory === undefined ? {} : { cwd: directory.path });
  const rotate = (...args: string[]): Promise<CliResult> =>
    admin.run(["keys", "rotate", key.name, ...args], findPlace());
  return {
    rotate,
    openTerminal: (...args) =>
      useTerminal(["keys", "rotate", key.name, ...args], { env: admin.env, columns: 160, ...findPlace() }),
    async stage() {
      const { stdout, stderr } = await rotate("--staged", "-o", "json", "--take-over");
      if (stdout === "") throw new Error(stderr);
      const { rotationId, clientSecret } = JSON.parse(stdout);
      return { id: rotationId, clientSecret };
    },
    listStates: async () => (await listSecrets(admin, key.id)).map(({ state }) => state),
  };
}
