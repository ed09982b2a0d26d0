import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { KeeperAnswer, KeeperOrder, KeeperSettings } from "./protocol.ts";

/** A real PostgreSQL server on loopback, with default settings, including `fsync`. */
export interface PostgresServer {
  /** Returns the `postgres://` URL of the superuser for a database. */
  urlOf(database: string): string;
  readonly port: number;
  /** Closes all connections and stops the server. */
  stop(): Promise<void>;
  /** Stops the server as in a crash: it writes nothing, and clients get no message. */
  crash(): Promise<void>;
  /** Starts the server again. As a standby, it accepts only reads. */
  start(options?: { readonly asStandby?: boolean }): Promise<void>;
  /** Starts a standby that follows this server through this port. Restarts this server. */
  startStandby(port: number): Promise<PostgresServer>;
  /** Stops the server permanently and removes its data. */
  remove(): Promise<void>;
}

const keeperPath = fileURLToPath(new URL("keeper.ts", import.meta.url));

/** Starts PostgreSQL in a process that ends when this process ends for any reason. Takes about two seconds. */
export function startPostgres(
  settings: Partial<Pick<KeeperSettings, "parameters" | "files">> = {},
): Promise<PostgresServer> {
  const password = randomBytes(16).toString("hex");
  return startKeeper({ password, copyOf: null, parameters: settings.parameters ?? {}, files: settings.files ?? {} });
}

async function startKeeper(settings: KeeperSettings): Promise<PostgresServer> {
  const { password } = settings;
  const keeper = spawn(process.execPath, [keeperPath], { stdio: ["pipe", "pipe", "inherit"] });
  const answers = createInterface({ input: keeper.stdout })[Symbol.asyncIterator]();
  const give = async (order: KeeperOrder): Promise<{ readonly port: number; readonly folder: string }> => {
    keeper.stdin.write(`${JSON.stringify(order)}\n`);
    const { value, done } = await answers.next();
    if (done === true) throw new Error("The keeper of PostgreSQL ended");
    const answer = JSON.parse(value) as KeeperAnswer;
    if (!answer.ok) throw new Error(answer.message);
    return answer;
  };
  const remove = async (): Promise<void> => {
    if (keeper.exitCode !== null) return;
    const ended = once(keeper, "exit");
    keeper.stdin.end();
    await ended;
  };
  try {
    const { port, folder } = await give({ do: "create", settings });
    return {
      port,
      urlOf: (database) => `postgres://briksync:${password}@127.0.0.1:${port}/${database}`,
      stop: async () => void (await give({ do: "stop" })),
      crash: async () => void (await give({ do: "crash" })),
      start: async ({ asStandby = false } = {}) => void (await give({ do: "start", asStandby })),
      startStandby: async (link) => {
        await give({ do: "stop" });
        const primary = `host=127.0.0.1 port=${link} user=briksync password=${password} application_name=standby`;
        const parameters = { ...settings.parameters, primary_conninfo: primary };
        const standby = await startKeeper({ ...settings, copyOf: folder, parameters });
        await give({ do: "start", asStandby: false });
        return standby;
      },
      remove,
    };
  } catch (error) {
    await remove();
    throw error;
  }
}
