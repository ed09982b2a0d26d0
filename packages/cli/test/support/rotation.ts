import { readFile } from "node:fs/promises";
import { type Admin, presentSecret } from "./admin.ts";
import type { TestServer } from "./server-process.ts";

/** A secret of a key that works, as the server tells. */
export interface ShownSecret {
  readonly id: string;
  readonly state: "current" | "pending" | "retiring";
  readonly firstUsedOn: string | null;
  readonly lastUsedAt: string | null;
  readonly expiresOn: string | null;
  readonly leaseExpiresOn: string | null;
}

/** The secrets of a key that work. */
export function listSecrets(admin: Admin, keyId: string): Promise<readonly ShownSecret[]> {
  return admin.fetchJson(`/keys/${keyId}/rotations`);
}

/** How things stand when a rotation is over: the states of the secrets that work, and what the server says to the secret in a file. */
export async function readStanding(
  server: TestServer,
  admin: Admin,
  keyId: string,
  path: string,
): Promise<{ readonly states: readonly string[]; readonly sink: number }> {
  const states = (await listSecrets(admin, keyId)).map(({ state }) => state);
  return { states, sink: await presentSecret(server, await readFile(path, "utf8")) };
}

/** What {@link readStanding} says when exactly one secret works and the sink holds it. */
export const settled = { states: ["current"], sink: 200 };

/** Returns the command that resumes a failed run, from its stderr. */
export function readResumeLine(stderr: string): string {
  const [, line] = /To resume, run: (briksync .*)$/m.exec(stderr) ?? [];
  if (line === undefined) throw new Error(`stderr names no command that resumes the rotation:\n${stderr}`);
  return line;
}
