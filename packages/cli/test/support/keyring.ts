import { type ChildProcessByStdio, spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable, Writable } from "node:stream";
import { findMissingPrograms } from "../../../../tools/installed-programs.ts";

/** Returns why the tests of the real keychain cannot run here, or undefined if they can. In CI, they always run. */
export function findMissingKeyringPrograms(): string | undefined {
  if (process.platform !== "linux") return "the keychain tests need Linux";
  return findMissingPrograms("dbus-run-session", "gnome-keyring-daemon");
}

/** A session bus with the real gnome-keyring and its own home. */
export interface Keyring {
  /** Variables with which a program finds the bus. */
  readonly env: Readonly<Record<string, string>>;
  /** Runs a shell command on that bus and returns its stdout. */
  run(command: string): Promise<string>;
  stop(): Promise<void>;
}

/** State of the keyring. `locked`: the default keyring needs a password. `empty`: there is no default keyring. */
export interface KeyringOptions {
  readonly state: "unlocked" | "locked" | "empty";
}

/** Starts a bus and gnome-keyring in a temporary home. The caller must stop it. */
export async function startKeyring({ state }: KeyringOptions): Promise<Keyring> {
  const directory = await mkdtemp(join(tmpdir(), "briksync-keyring-"));
  const env = { HOME: directory, PATH: process.env["PATH"] ?? "", XDG_RUNTIME_DIR: directory, LC_ALL: "C.UTF-8" };
  if (state === "locked") {
    // The first daemon creates the default keyring. The next daemon finds it, but does not have its password.
    const first = await startBus(env);
    await first.ask(`printf %s pw | gnome-keyring-daemon --unlock --components=secrets >/dev/null 2>&1`);
    await first.ask(storeSomething);
    await first.end();
  }
  const bus = await startBus(env);
  const start = state === "unlocked" ? "printf %s pw | gnome-keyring-daemon --unlock" : "gnome-keyring-daemon --start";
  await bus.ask(`${start} --components=secrets >/dev/null 2>&1`);
  const address = (await bus.ask(`printf %s "$DBUS_SESSION_BUS_ADDRESS"`)).trim();
  return {
    env: { HOME: directory, XDG_RUNTIME_DIR: directory, DBUS_SESSION_BUS_ADDRESS: address },
    run: bus.ask,
    async stop() {
      await bus.end();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

const keyringModule = new URL("../../node_modules/@napi-rs/keyring/index.js", import.meta.url).pathname;

const storeSomething = `${process.execPath} -e 'new (require("${keyringModule}").Entry)("briksync-test", "first", {linux: {store: "secret-service"}}).setPassword("x")'`;

/** Removes all entries without the CLI, as another program or a new keyring would. Returns the number of entries. */
export async function removeEntries(keyring: Keyring): Promise<number> {
  const script = `const {findCredentials, Entry} = require("${keyringModule}");
    const found = findCredentials("briksync");
    for (const {account} of found) new Entry("briksync", account, {linux: {store: "secret-service"}}).deletePassword();
    process.stdout.write(String(found.length));`;
  return Number(await keyring.run(`${process.execPath} -e '${script.replaceAll("\n", " ")}'`));
}

/** Removes one entry without the CLI. */
export async function removeEntry(keyring: Keyring, account: string): Promise<void> {
  const script = `new (require("${keyringModule}").Entry)("briksync", "${account}", {linux: {store: "secret-service"}}).deletePassword()`;
  await keyring.run(`${process.execPath} -e '${script}'`);
}

/** Returns the entries of the CLI in the keyring. */
export async function listEntries(keyring: Keyring): Promise<{ account: string; password: string }[]> {
  const script = `process.stdout.write(JSON.stringify(require("${keyringModule}").findCredentials("briksync")))`;
  return JSON.parse(await keyring.run(`${process.execPath} -e '${script}'`));
}

/** Starts a bus that accepts connections but never responds. */
export async function startHungBus(): Promise<{ address: string; stop(): Promise<void> }> {
  const directory = await mkdtemp(join(tmpdir(), "briksync-hung-"));
  const path = join(directory, "bus");
  const sockets = new Set<{ destroy(): void }>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
  });
  await new Promise<void>((resolve) => server.listen(path, resolve));
  return {
    address: `unix:path=${path}`,
    async stop() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
      await rm(directory, { recursive: true, force: true });
    },
  };
}

interface Bus {
  ask(command: string): Promise<string>;
  end(): Promise<void>;
}

/** Starts a shell in dbus-run-session. It runs one command at a time and marks the end of the output. */
async function startBus(env: Readonly<Record<string, string>>): Promise<Bus> {
  const child: ChildProcessByStdio<Writable, Readable, null> = spawn("dbus-run-session", ["--", "sh"], {
    env,
    stdio: ["pipe", "pipe", "ignore"],
  });
  const closed = new Promise<void>((resolve) => child.on("close", () => resolve()));
  child.stdin.on("error", () => {});
  child.stdout.setEncoding("utf8");
  let pending = "";
  let deliver: (() => void) | undefined;
  child.stdout.on("data", (text: string) => {
    pending += text;
    deliver?.();
  });
  const ask = (command: string): Promise<string> =>
    new Promise((resolve, reject) => {
      const mark = `done-${Math.random().toString(36).slice(2)}`;
      const timer = setTimeout(() => reject(new Error(`On the bus this did not end: ${command}\n${pending}`)), 20_000);
      deliver = () => {
        const end = pending.indexOf(mark);
        if (end < 0) return;
        clearTimeout(timer);
        const output = pending.slice(0, end);
        pending = "";
        deliver = undefined;
        resolve(output.replace(/\n$/, ""));
      };
      child.stdin.write(`${command}\nprintf '\\n%s' ${mark}\n`);
    });
  return {
    ask,
    async end() {
      child.stdin.end("exit\n");
      const killer = setTimeout(() => child.kill("SIGKILL"), 5000);
      await closed;
      clearTimeout(killer);
    },
  };
}
