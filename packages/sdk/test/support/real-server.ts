import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { adminEmail, createAdmin, type LocalServer, startLocalServer } from "../../../../tools/local-server.ts";
import { BrikSync } from "../../src/index.ts";

const password = "correct horse battery staple";

/** The built server with its own database. */
export interface RealServer extends LocalServer {
  /** An access token of the admin. */
  readonly accessToken: string;
  /** Stops the server and removes its data. */
  remove(): Promise<void>;
}

/** Starts the built server with one admin. */
export async function startRealServer(env: Record<string, string> = {}): Promise<RealServer> {
  const directory = await mkdtemp(join(tmpdir(), "briksync-sdk-"));
  const settings = {
    DATABASE_URL: `sqlite:${join(directory, "test.db")}`,
    PORT: "0",
    LOG_LEVEL: "silent",
    ACCESS_TOKEN_TTL: "3600",
    ...env,
  };
  await createAdmin(settings, password);
  const server = await startLocalServer(settings);
  const { accessToken } = await new BrikSync({ baseUrl: server.url }).auth.signIn({ email: adminEmail, password });
  return {
    ...server,
    accessToken,
    remove: async () => {
      await server.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
