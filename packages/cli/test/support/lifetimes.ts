import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, onTestFinished } from "vitest";
import { type Admin, createAdmin, type PrintedKey } from "./admin.ts";
import { type CliHome, createCliHome } from "./cli-process.ts";
import { type PtyOptions, type PtySession, startPty } from "./pty.ts";
import { type Relay, startRelay } from "./relay.ts";
import { type Account, type AccountInput, startServer, type TestServer } from "./server-process.ts";
import { type StubServer, startStubServer } from "./stub-server.ts";

/** Returns an object whose properties are set before the first test of a file. Ends it after the last test. */
function shareInFile<T extends object>(start: () => Promise<T>, end?: (started: T) => Promise<unknown>): T {
  const shared = {} as T;
  let started: T | undefined;
  beforeAll(async () => {
    started = await start();
    // Keeps accessors, which a copy of the values would lose.
    Object.defineProperties(shared, Object.getOwnPropertyDescriptors(started));
  });
  afterAll(() => (started === undefined ? undefined : end?.(started)));
  return shared;
}

/** Returns an object whose properties are set again before each test. Ends it after each test. */
function renewForEachTest<T extends object>(start: () => Promise<T>, end?: (started: T) => Promise<unknown>): T {
  const current = {} as T;
  beforeEach(async () => {
    const started = await start();
    // Runs after the test's own cleanup, which may end a terminal in this directory.
    onTestFinished(async () => void (await end?.(started)));
    Object.assign(current, started);
  });
  return current;
}

/** Starts one real server for all tests of a file. */
export function useServer(env: Readonly<Record<string, string>> = {}): TestServer {
  return shareInFile(
    () => startServer(env),
    (server) => server.stop(),
  );
}

/** Creates one account for all tests of a file. */
export function useAccount(server: TestServer, input?: AccountInput): Account {
  return shareInFile(() => server.createAccount(input));
}

/** Creates one admin for all tests of a file. */
export function useAdmin(server: TestServer, input?: AccountInput): Admin {
  return shareInFile(
    () => createAdmin(server, input),
    (admin) => admin.remove(),
  );
}

/** Creates a key with a new name for each test. */
export function useKey(admin: Admin, ...ipAllowlist: string[]): PrintedKey {
  let keys = 0;
  return renewForEachTest(() => {
    keys += 1;
    return admin.createKey(`Key ${keys}`, ...ipAllowlist);
  });
}

/** Creates an empty home for each test. Calls `readEnv` when a test starts, because servers have no URL before. */
export function useHome(readEnv: () => Readonly<Record<string, string>> = () => ({})): CliHome {
  return renewForEachTest(
    () => createCliHome(readEnv()),
    (home) => home.remove(),
  );
}

/** The working directory for the CLI runs of one test. */
export interface WorkDirectory {
  readonly path: string;
  read(name: string): Promise<string>;
  /** Writes a file that only its owner can read. */
  write(name: string, text: string): Promise<void>;
}

/** Creates an empty directory for each test. */
export function useDirectory(admin: Admin): WorkDirectory {
  return renewForEachTest(
    async () => {
      const path = await mkdtemp(join(admin.directory, "work-"));
      return {
        path,
        read: (name: string) => readFile(join(path, name), "utf8"),
        write: (name: string, text: string) => writeFile(join(path, name), text, { mode: 0o600 }),
      };
    },
    ({ path }) => rm(path, { recursive: true, force: true }),
  );
}

/** Starts a stub server for all tests of a file. Each test sees only its own requests. */
export function useStubServer(respond: Parameters<typeof startStubServer>[0]): StubServer {
  const server = shareInFile(
    () => startStubServer(respond),
    (started) => started.stop(),
  );
  beforeEach(() => {
    server.requests.length = 0;
  });
  return server;
}

/** Starts a relay to the server for all tests of a file. It passes responses on until a test sets another handling. */
export function useRelay(server: TestServer): Relay {
  const relay = shareInFile(
    () => startRelay(server.url),
    (started) => started.stop(),
  );
  beforeEach(() => {
    relay.handling = "pass";
  });
  return relay;
}

/** Starts the CLI in a new terminal. It is killed when the running test ends. */
export function useTerminal(args: readonly string[], options: PtyOptions): PtySession {
  const terminal = startPty(args, options);
  onTestFinished(() => terminal.kill());
  return terminal;
}
