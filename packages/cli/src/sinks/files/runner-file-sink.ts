import { randomBytes } from "node:crypto";
import { constants } from "node:fs";
import { access, open, stat } from "node:fs/promises";
import type { Context } from "../../context.ts";
import { CliError } from "../../errors/cli-error.ts";
import { explainSystemError } from "../../errors/node-error.ts";
import { findMaskFault } from "../../terminal/mask-secret.ts";
import { type NamedSink, refuse } from "../parse-sink.ts";
import { fillNames, showFilled } from "../placeholders.ts";
import type { Sink, SinkKey } from "../sink.ts";

const kinds = {
  "github-env": {
    variable: "GITHUB_ENV",
    noun: "variable",
    // GitHub reserves these names (docs.github.com, "Workflow commands for GitHub Actions", setting an environment
    // variable).
    name: /^(?!GITHUB_|RUNNER_|NODE_OPTIONS$)[A-Za-z_][A-Za-z0-9_]*$/i,
  },
  "github-output": { variable: "GITHUB_OUTPUT", noun: "output", name: /^[A-Za-z_][A-Za-z0-9_-]*$/ },
} as const;

/**
 * Creates the destinations `github-env:NAME` and `github-output:NAME`, for later steps of the current GitHub Actions
 * job. Uses the multi-line form with a random delimiter, because a value cannot break out of it.
 */
export function createRunnerFileSink(context: Context, { spec, scheme, names }: NamedSink, key: SinkKey): Sink {
  const { env } = context;
  const kind = kinds[scheme as keyof typeof kinds];
  const fill = (known: SinkKey) =>
    fillNames(names, known, kind.name, (name) => refuse(scheme, `${name} is not a name that GitHub Actions accepts.`));
  fill(key);
  return {
    spec,
    describe: (known) => `the ${kind.noun} ${showFilled(names.secret, known)} of this GitHub Actions job`,
    async preflight() {
      await requireFile(kind.variable, env[kind.variable]);
      // The runner prints the environment variables of every step to the job log.
      const fault = findMaskFault(context);
      if (fault === null) return;
      const what = `The job log would show the secret. The CLI cannot tell the runner to mask it because ${fault}.`;
      throw new CliError("SINK_UNAVAILABLE", what, { hint: "Do not redirect stderr." });
    },
    // Values are appended, so nothing is replaced.
    findContent: async () => null,
    async deliver({ clientSecret, ...delivered }) {
      const path = await requireFile(kind.variable, env[kind.variable]);
      const filled = fill(delivered);
      const entries = [
        ...(filled.clientId === null ? [] : [formatEntry(filled.clientId, delivered.clientId)]),
        formatEntry(filled.secret ?? "", clientSecret.reveal()),
      ];
      await append(path, entries.join(""));
    },
  };
}

async function requireFile(variable: string, path: string | undefined): Promise<string> {
  if (!path) {
    throw new CliError("SINK_UNAVAILABLE", `${variable} is not set, so this is not a step of a GitHub Actions job.`);
  }
  try {
    await access(path, constants.W_OK);
    if ((await stat(path)).isFile()) return path;
  } catch (error) {
    throw new CliError("SINK_UNAVAILABLE", `The file that ${variable} names cannot be written: ${path}`, {
      cause: error,
    });
  }
  throw new CliError("SINK_UNAVAILABLE", `${variable} does not name a file: ${path}`);
}

function formatEntry(name: string, value: string): string {
  const delimiter = `briksync_${randomBytes(16).toString("hex")}`;
  return `${name}<<${delimiter}\n${value}\n${delimiter}\n`;
}

async function append(path: string, text: string): Promise<void> {
  try {
    const file = await open(path, "a+");
    try {
      // Another program may not have ended its last line.
      const { size } = await file.stat();
      const last = Buffer.alloc(1);
      if (size > 0) await file.read(last, 0, 1, size - 1);
      await file.appendFile(size > 0 && last.toString() !== "\n" ? `\n${text}` : text);
      await file.sync();
    } finally {
      await file.close();
    }
  } catch (error) {
    throw new CliError("SINK_FAILED", `Could not write ${path}: ${explainSystemError(error)}.`, { cause: error });
  }
}
