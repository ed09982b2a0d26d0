// Adding a command `briksync <noun> <verb>`:
//
// 1. commands/<noun>/<verb>.ts exports `register<Noun><Verb>(parent: Command, run: RunAction): void`. It declares name, description,
//    arguments, options and `addExamples(…)`, and ends with `.action(run<[string], Options>(async (context, [key], options) => { … }))`.
// 2. Add that call to commands/register.ts. The group command is made there too.
// 3. The body gets everything from `context` (context.ts) and imports what is heavy with `await import(…)`. Imports at the top of a
//    command file must be types or small: they are loaded at every start. The SDK is reached through `await context.client()`.
// 4. Print data with printList or printRecord (output/), remarks with `context.io.writeStatus`. Pass server text that goes into a
//    remark through sanitizeText. Never print a `Secret` but as the command's result.
// 5. Fail by throwing CliError (cli-error.ts: type, sentence, hint with the next command) or let the SDK's errors pass: the one
//    catch (run-program.ts) words them and picks the exit code. Return an exit code only for findings.
// 6. Ask with `(await context.prompts("Give --flag.")).…`, confirm with confirmOrStop. Hand `context.signal` to every SDK call.
// 7. A test beside the others in test/ runs the built program as a process: see test/support/.

import { exitCodes } from "../errors/exit-codes.ts";
import type { Host } from "../host.ts";

export { readHost } from "./read-host.ts";

/** How long a command may take to notice Ctrl-C and say what it knows. */
const interruptGraceMs = 1000;

/**
 * Runs one command line and returns its exit code. Data has left the process when it returns.
 * Never throws and never ends the process.
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

// A command that does not listen to its signal must not keep a person waiting. What it left open may still hold the process,
// so it then ends the way an unhandled Ctrl-C would.
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
