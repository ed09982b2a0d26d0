import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { chmodSync, chownSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { layOutBinaries, type PostgresBinaries } from "./binaries.ts";
import type { KeeperAnswer, KeeperOrder, KeeperSettings } from "./protocol.ts";

/**
 * Manages one PostgreSQL server with its own data directory. Commands on stdin start and stop it. When stdin ends,
 * because the other process has ended, it stops the server and removes everything.
 */

const readyTimeoutMs = 30_000;
const stopTimeoutMs = 10_000;

interface User {
  readonly uid: number;
  readonly gid: number;
}

/** PostgreSQL refuses to run as root. In this case it runs as `nobody`, who exists on every system. */
function chooseUser(): User | null {
  if (process.getuid?.() !== 0) return null;
  const line = readFileSync("/etc/passwd", "utf8")
    .split("\n")
    .find((candidate) => candidate.startsWith("nobody:"));
  const [, , uid, gid] = line?.split(":") ?? [];
  if (uid === undefined || gid === undefined) throw new Error("We are root, and there is no user nobody");
  return { uid: Number(uid), gid: Number(gid) };
}

async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("There is no free port");
  return address.port;
}

class Keeper {
  readonly folder: string;
  readonly port: number;
  readonly #settings: KeeperSettings;
  readonly #user: User | null;
  readonly #binaries: PostgresBinaries;
  #server: ChildProcess | null = null;
  #log = "";

  constructor(folder: string, port: number, settings: KeeperSettings) {
    this.folder = folder;
    this.port = port;
    this.#settings = settings;
    this.#user = chooseUser();
    chmodSync(folder, 0o755);
    this.#binaries = layOutBinaries(join(folder, "programs"), process.platform, process.arch);
    if (settings.copyOf === null) this.#createCluster();
    else this.#copyCluster(settings.copyOf);
  }

  get #options(): { env: NodeJS.ProcessEnv; uid?: number; gid?: number; cwd: string } {
    return { env: { ...this.#binaries.env, TZ: "UTC" }, cwd: this.folder, ...this.#user };
  }

  #createCluster(): void {
    const data = join(this.folder, "data");
    const passwordFile = join(this.folder, "password");
    mkdirSync(data, { mode: 0o700 });
    writeFileSync(passwordFile, this.#settings.password, { mode: 0o600 });
    for (const [name, text] of Object.entries(this.#settings.files)) {
      writeFileSync(join(this.folder, name), text, { mode: 0o600 });
    }
    if (this.#user !== null) {
      for (const name of ["data", "password", ...Object.keys(this.#settings.files)]) {
        chownSync(join(this.folder, name), this.#user.uid, this.#user.gid);
      }
    }
    const args = ["-D", data, "-U", "briksync", "--auth=scram-sha-256", `--pwfile=${passwordFile}`, "--no-sync"];
    const locale = ["--encoding=UTF8", "--locale=C.UTF-8", "--locale-provider=builtin"];
    const made = spawnSync(this.#binaries.initdb, [...args, ...locale], { ...this.#options, encoding: "utf8" });
    if (made.status !== 0) throw new Error(`initdb failed: ${made.error?.message ?? made.stderr}`);
  }

  #copyCluster(folder: string): void {
    const copied = spawnSync("cp", ["-a", join(folder, "data"), this.folder], { encoding: "utf8" });
    if (copied.status !== 0) throw new Error(`The data could not be copied: ${copied.error?.message ?? copied.stderr}`);
  }

  async start(asStandby: boolean): Promise<void> {
    if (this.#server !== null) throw new Error("The server runs already");
    const standbySignal = join(this.folder, "data", "standby.signal");
    if (asStandby) writeFileSync(standbySignal, "");
    else rmSync(standbySignal, { force: true });
    const parameters = {
      listen_addresses: "127.0.0.1",
      port: String(this.port),
      unix_socket_directories: "",
      max_connections: "300",
      shared_buffers: "64MB",
      ...this.#settings.parameters,
    };
    const args = Object.entries(parameters).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
    const server = spawn(this.#binaries.postgres, ["-D", join(this.folder, "data"), ...args], {
      ...this.#options,
      stdio: ["ignore", "ignore", "pipe"],
    });
    this.#server = server;
    this.#log = "";
    const ready = new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`PostgreSQL is not ready:\n${this.#log}`)), readyTimeoutMs);
      server.stderr?.setEncoding("utf8").on("data", (text: string) => {
        this.#log = `${this.#log}${text}`.slice(-100_000);
        if (this.#log.includes("database system is ready to accept")) {
          clearTimeout(timer);
          resolve();
        }
      });
      server.once("close", () => {
        clearTimeout(timer);
        if (this.#server === server) this.#server = null;
        reject(new Error(`PostgreSQL ended:\n${this.#log}`));
      });
      server.once("error", reject);
    });
    await ready;
  }

  /** SIGINT requests a fast shutdown. SIGQUIT ends the server immediately, as in a crash. */
  async stop(signal: "SIGINT" | "SIGQUIT"): Promise<void> {
    const server = this.#server;
    if (server === null) return;
    const closed = once(server, "close");
    server.kill(signal);
    const timer = setTimeout(() => server.kill("SIGQUIT"), stopTimeoutMs);
    await closed;
    clearTimeout(timer);
    this.#server = null;
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

function answer(value: KeeperAnswer): void {
  process.stdout.write(`${JSON.stringify(value)}\n`);
}

const folder = mkdtempSync(join(tmpdir(), "briksync-postgres-"));
// Ctrl-C in a terminal also reaches this process. The end of stdin follows.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => undefined);
process.stdout.on("error", () => undefined);
let keeper: Keeper | null = null;
try {
  for await (const line of createInterface({ input: process.stdin })) {
    const order = JSON.parse(line) as KeeperOrder;
    try {
      if (order.do === "create") {
        keeper = new Keeper(folder, await findFreePort(), order.settings);
        await keeper.start(order.settings.copyOf !== null);
      } else if (keeper === null) throw new Error("There is no server yet");
      else if (order.do === "start") await keeper.start(order.asStandby);
      else await keeper.stop(order.do === "crash" ? "SIGQUIT" : "SIGINT");
      answer({ ok: true, port: keeper.port, folder });
    } catch (error) {
      answer({ ok: false, message: error instanceof Error ? error.message : String(error) });
    }
  }
} finally {
  await keeper?.stop("SIGINT");
  rmSync(folder, { recursive: true, force: true });
}
