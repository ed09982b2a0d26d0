import { constants } from "node:fs";
import { access, stat } from "node:fs/promises";
import { delimiter, isAbsolute, join } from "node:path";
import type { Context } from "../../context.ts";
import { CliError } from "../../errors/cli-error.ts";
import type { Host } from "../../host.ts";
import { type NamedSink, refuse } from "../parse-sink.ts";
import { fillPlaceholders, rulePathPart, showFilled } from "../placeholders.ts";
import type { Sink, SinkKey } from "../sink.ts";
import { type Command, type CommandResult, requireSuccess, runCommand } from "./run-command.ts";
import type { VendorCall, VendorCheck, VendorPreset } from "./vendor-presets.ts";

/** The destination in the vendor's store, and the names. */
type VendorTarget = Pick<NamedSink, "place" | "names">;

/**
 * Creates a destination that uses a vendor's program. The secret is sent to its standard input. The preset defines
 * everything else.
 */
export function createVendorSink(
  context: Context,
  preset: VendorPreset,
  { spec, place, names }: NamedSink,
  key: SinkKey,
  timeoutMs: number,
): Sink {
  const written = { place, names };
  readTarget(preset, written, key);
  const run = async (call: Pick<Command, "args" | "input">, signal: AbortSignal): Promise<CommandResult> => {
    const program = await requireProgram(context, preset);
    const { program: name, env = {} } = preset;
    return runCommand(context, { name, program, env, timeoutMs, ...call }, signal);
  };
  return {
    spec,
    describe: (known) => preset.describe(showFilled(place, known), showFilled(names.secret, known)),
    async preflight(signal) {
      const target = readTarget(preset, written, key);
      await checkVersion(preset, (args) => run({ args, input: null }, signal));
      const check: VendorCheck = target === null ? preset.signedIn : preset.check(target.place);
      const result = await run({ args: check.args, input: null }, signal);
      if (check.tolerates?.test(result.output.text)) return;
      requireSuccess(
        "SINK_UNAVAILABLE",
        nameCall(preset, check.args),
        result,
        "",
        `Check that you are signed in: ${preset.signIn}`,
      );
    },
    // The vendor's store decides what a new value replaces. Most stores keep versions.
    findContent: async () => null,
    async deliver({ clientSecret, ...delivered }, signal) {
      const target = readTarget(preset, written, delivered);
      if (target === null) throw new CliError("UNEXPECTED", `Nothing is known to fill ${spec} with.`);
      for (const call of preset.deliver(target.place, target.names, delivered.clientId)) {
        const input = call.input === "secret" ? clientSecret.reveal() : delivered.clientId;
        await make(preset, call, clientSecret.reveal(), (args) => run({ args, input }, signal));
      }
    },
  };
}

async function make(
  preset: VendorPreset,
  { args, otherwise }: VendorCall,
  secret: string,
  run: (args: readonly string[]) => Promise<CommandResult>,
): Promise<void> {
  const result = await run(args);
  const isOtherwise = result.exitCode !== 0 && otherwise?.when.test(result.output.text) === true;
  if (!isOtherwise || otherwise === undefined)
    return requireSuccess("SINK_FAILED", nameCall(preset, args), result, secret);
  requireSuccess("SINK_FAILED", nameCall(preset, otherwise.args), await run(otherwise.args), secret);
}

/**
 * Returns the destination and names with the values of the key, or null if a value is not known yet. Throws USAGE for
 * values that the vendor does not accept.
 */
function readTarget(preset: VendorPreset, { place, names }: VendorTarget, key: SinkKey): VendorTarget | null {
  const fill = (text: string, form: RegExp, what: string): string | null => {
    const filled = fillPlaceholders(text, key, rulePathPart);
    const isRight = filled === null || (form.test(filled) && !filled.split("/").some((part) => /^\.{1,2}$/.test(part)));
    if (isRight) return filled;
    throw refuse(preset.scheme, `${JSON.stringify(filled)} is not a ${what} that ${preset.program} accepts.`);
  };
  const filledPlace = fill(place, preset.place, "destination");
  const [secret, clientId] = [names.secret, names.clientId].map((name) =>
    preset.name === null || name === null ? name : fill(name, preset.name, "name"),
  );
  const isOpen =
    filledPlace === null || secret === null || secret === undefined || (clientId === null && names.clientId !== null);
  return isOpen ? null : { place: filledPlace, names: { secret, clientId: clientId ?? null } };
}

async function requireProgram({ host }: Context, { program, site, needsDevStdin }: VendorPreset): Promise<string> {
  if (needsDevStdin && host.platform === "win32") {
    const what = `${program} reads secrets only from /dev/stdin, which Windows does not have.`;
    throw new CliError("SINK_UNAVAILABLE", what, { hint: "Use WSL, or deliver with exec:COMMAND." });
  }
  const path = await findProgram(program, host);
  if (path !== null) return path;
  throw new CliError("SINK_UNAVAILABLE", `${program} is not installed, or not in PATH.`, {
    hint: `Install it from ${site}`,
  });
}

// An unknown version is accepted, because the checks and the delivery show whether it works.
async function checkVersion(
  { program, versionMin, site }: VendorPreset,
  run: (args: readonly string[]) => Promise<CommandResult>,
): Promise<void> {
  const { output } = await run(["--version"]);
  const [version] = /\d+\.\d+(?:\.\d+)?/.exec(output.text) ?? [];
  if (version === undefined || compareVersions(version, versionMin) >= 0) return;
  const what = `${program} ${versionMin} or newer is required. Version ${version} is installed.`;
  throw new CliError("SINK_UNAVAILABLE", what, { hint: `Install it from ${site}` });
}

function compareVersions(one: string, other: string): number {
  const [a, b] = [one, other].map((version) => version.split(".").map(Number));
  for (const index of [0, 1, 2]) {
    const difference = (a?.[index] ?? 0) - (b?.[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** Returns the program and its subcommand without arguments: `gh secret set`. */
function nameCall({ program }: VendorPreset, args: readonly string[]): string {
  const end = args.findIndex((arg) => !/^[a-z][a-z-]*$/.test(arg));
  return [program, ...(end === -1 ? args : args.slice(0, end))].join(" ");
}

/**
 * Returns the path of a program in PATH, or null. Uses absolute entries only. A relative entry could lead to a program
 * of another user, and the program receives a secret.
 */
async function findProgram(name: string, { env, platform }: Pick<Host, "env" | "platform">): Promise<string | null> {
  const directories = (env["PATH"] ?? env["Path"] ?? "").split(delimiter).filter((directory) => isAbsolute(directory));
  // Batch files can only be started by a shell, which would parse the arguments again.
  const file = platform === "win32" ? `${name}.exe` : name;
  for (const directory of directories) {
    const path = join(directory, file);
    if (await isProgram(path)) return path;
  }
  return null;
}

async function isProgram(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}
