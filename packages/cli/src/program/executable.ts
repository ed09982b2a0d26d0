// The entry of the single executable, which contains Node, this program and the keychain's native addon. It is bundled
// as CommonJS, because only then Node can keep the compiled code in the executable.

import { version } from "../config/version.ts";
import { serveKeychain } from "../keychain/serve-keychain.ts";
import { writeAll } from "../terminal/streams.ts";
import { keepTerminalModes } from "./keep-terminal-modes.ts";

/** The argument that makes the executable run the program of the keychain instead of a command. */
const keychainArgument = "__keychain";

async function start(argv: readonly string[]): Promise<void> {
  if (argv[0] === keychainArgument && argv.length === 1) {
    return serveKeychain(async () => (await import("./embedded-library.ts")).loadEmbeddedLibrary());
  }
  const isVersionAsked = argv.length === 1 && (argv[0] === "--version" || argv[0] === "-V");
  if (isVersionAsked && (await writeAll(process.stdout, `${version}\n`)) === null) return;
  const { main, readHost } = await import("./main.ts");
  process.exitCode = await main(readHost({ programArguments: [], keychainArguments: [keychainArgument] }));
}

keepTerminalModes(process);
void start(process.argv.slice(2));
