// How to add a command `briksync <noun> <verb>`:
//
// 1. Export `register<Noun><Verb>(parent: CliCommand): void` from commands/<noun>.ts, or from commands/<noun>/<verb>.ts
//    for a group with a folder. It declares the name, summary, description, arguments, options and `.examples(…)`. It
//    ends with `.runs<[string], Options>(async (context, [key], options) => { … })`.
// 2. Call it in commands/register.ts, which also creates the groups.
// 3. Take everything from `context` (context.ts), and import large modules with `await import(…)`. Command files may
//    import only types and small modules at the top, because they are loaded at every start. Use the SDK through
//    `await context.client()`.
// 4. Print data with printList or printRecord (terminal/), and status messages with `context.io.writeStatus`. Pass text
//    from the server through sanitizeText. Print a `Secret` only as the result of the command.
// 5. To fail, throw CliError (errors/cli-error.ts) with a type, a message and a hint with the next command. Do not
//    catch errors of the SDK. The file run-program.ts prints all errors and chooses the exit code. Return an exit code
//    only for findings.
// 6. Prompt with `(await context.prompts("Pass --flag.")).…`, and confirm with confirmOrStop. Pass `context.signal` to
//    every call of the SDK.
// 7. Add a test to test/. Tests run the built program as a process (see test/support/).

import { exitCodes } from "../errors/exit-codes.ts";
import type { Host } from "../host.ts";

export { readHost } from "./read-host.ts";

/** Time that a command has to report its state after Ctrl-C. */
const interruptGraceMs = 1000;

/**
 * Runs one command line and returns its exit code. All data has been written when it returns. Never throws and never
 * ends the process.
 */
export async function main(host: Host): Promise<number> {
  const { runProgram } = await import("./run-program.ts");
  const interrupt = new AbortController();
  const stopListening = host.onInterrupt(() => {
    if (interrupt.signal.aborted) host.dieOfInterrupt();
    interrupt.abort();
  });
  const exitCode = await Promise.race([runProgram(host, interrupt.signal), endInterrupted(host, interrupt.signal)]);
  stopListening();
  return exitCode;
}

// A command that ignores its signal must not keep the user waiting. Open handles may still keep the process alive, so
// this ends it like an unhandled Ctrl-C.
function endInterrupted(host: Host, signal: AbortSignal): Promise<number> {
  return new Promise((resolve) => {
    signal.addEventListener("abort", () => {
      setTimeout(() => {
        host.stderr.write("error: Interrupted.\n");
        resolve(exitCodes.interrupted);
        setTimeout(() => host.dieOfInterrupt(), interruptGraceMs).unref();
      }, interruptGraceMs).unref();
    });
  });
}
