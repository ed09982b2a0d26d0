import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** A session as the CLI stores it in a file. */
export interface StoredSession {
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly expiresAt: string;
}

/** Returns the path of the session file that `login --insecure-storage` creates. */
export async function findSessionFile(configDirectory: string): Promise<string> {
  const directory = join(configDirectory, "sessions");
  const [name] = await readdir(directory);
  if (name === undefined) throw new Error(`No session in ${directory}`);
  return join(directory, name);
}

/** Reads a session file. */
export async function readSession(path: string): Promise<StoredSession> {
  return JSON.parse(await readFile(path, "utf8"));
}

/**
 * Replaces the stored access token with one that the server refuses like an expired token. The next run has to renew
 * the session. Returns the path of the session file.
 */
export async function expireAccessToken(configDirectory: string): Promise<string> {
  const path = await findSessionFile(configDirectory);
  await writeFile(path, JSON.stringify({ ...(await readSession(path)), accessToken: "expired" }));
  return path;
}
