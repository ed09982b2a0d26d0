import { readFile } from "node:fs/promises";
import { type Admin, presentSecret } from "./admin.ts";
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
