import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { type Config, findConfigDirectory, nameConfigFile } from "../config/config.ts";
import { isNodeNewEnough, nodeVersionMin } from "../config/version.ts";
import type { Context } from "../context.ts";
import { trustAdvice } from "../errors/advise-on-tls.ts";
import { exitCodes } from "../errors/exit-codes.ts";
import { nameEnvironmentCredential, secretFileVariables } from "../session/credential.ts";
import { adviseOnOwner, findDirectoryRisk, findExposure } from "../storage/file-access.ts";
import { quoteArgument } from "../text/quote-argument.ts";
import { type Finding, failed, ok, warning } from "./check.ts";

/** Checks whether this Node version is supported. */
export function checkNode({ host }: Context): Finding {
  const found = `Node ${host.nodeVersion} on ${host.platform}`;
  if (isNodeNewEnough(host.nodeVersion)) return ok("node", found);
  return failed("node", exitCodes.unexpected, found, `Install Node ${nodeVersionMin} or newer.`);
}

/** Checks that the configuration directory and file are owned by this user and private. */
export async function checkFiles({ host }: Context, config: Config): Promise<Finding> {
  const directory = findConfigDirectory(host);
  if (directory === undefined) {
    const hint = "Set HOME or BRIKSYNC_CONFIG_DIR to an absolute path.";
    return warning("profile file", "This user has no home directory, so the CLI cannot store anything.", hint);
  }
  const path = nameConfigFile(directory);
  if (host.platform === "win32") return ok("profile file", path);
  const risk = findDirectoryRisk(directory, host);
  if (risk !== null) return warning("profile file", risk.message, risk.hint);
  if (config.stats === null) return ok("profile file", `${path} does not exist yet. The first sign-in creates it`);
  const open: string[] = [];
  if (((await stat(directory)).mode & 0o077) !== 0) open.push(`chmod 700 ${quoteArgument(directory)}`);
  const exposure = findExposure(path, config.stats, host);
  if (exposure !== null) open.push(exposure.hint);
  if (open.length > 0) return warning("profile file", `Other users can read or change ${path}`, open.join(" && "));
  const foreign = adviseOnOwner(path, host);
  if (foreign !== undefined) return warning("profile file", `${path} belongs to another user`, foreign);
  return ok("profile file", `Only you can read ${path}`);
}

/** Checks that the session files are private. Returns nothing if there are none. */
export async function checkSessionFiles({ host }: Context): Promise<Finding[]> {
  const directory = findConfigDirectory(host);
  if (directory === undefined) return [];
  const sessions = join(directory, "sessions");
  const names = await readdir(sessions).catch(() => []);
  const findings: Finding[] = [];
  for (const name of names.filter((each) => each.endsWith(".json"))) {
    const path = join(sessions, name);
    const found = await stat(path).catch(() => null);
    const exposure = found === null ? null : findExposure(path, found, host);
    const foreign = adviseOnOwner(path, host);
    if (exposure !== null) {
      const message = `Other users can ${exposure.what} ${path}, so the CLI does not use it`;
      findings.push(failed("session file", exitCodes.keychain, message, exposure.hint));
    } else if (foreign !== undefined) {
      findings.push(warning("session file", `${path} belongs to another user`, foreign));
    }
  }
  return findings;
}

/** Checks that the secret files in environment variables are private. */
export async function checkSecretFiles({ env, host }: Context): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const name of secretFileVariables) {
    const path = env[name];
    const found = path ? await stat(path).catch(() => null) : null;
    const exposure = path && found?.isFile() ? findExposure(path, found, host) : null;
    if (exposure === null) continue;
    const message = `Other users can ${exposure.what} the file in ${name}, so the CLI does not use it`;
    findings.push(failed("environment", exitCodes.usage, message, exposure.hint));
  }
  return findings;
}

/**
 * Lists the environment variables that change the CLI's behavior. It prints names only, because some values are
 * secrets.
 */
export function checkEnvironment({ env }: Context): Finding[] {
  const ownNames = Object.keys(env).filter((name) => name.startsWith("BRIKSYNC_") && env[name]);
  const found =
    ownNames.length === 0
      ? "no BRIKSYNC_ variable is set"
      : `these variables override the profile: ${ownNames.sort().join(", ")}`;
  if (env["NODE_TLS_REJECT_UNAUTHORIZED"] !== "0") return [ok("environment", found)];
  const message = "NODE_TLS_REJECT_UNAUTHORIZED=0 is set. The CLI ignores it and verifies every certificate";
  return [ok("environment", found), warning("environment", message, trustAdvice)];
}

/** Variables that the common CI systems set in each job. */
const pipelineVariables = ["CI", "GITHUB_ACTIONS", "GITLAB_CI", "BUILDKITE", "CIRCLECI", "TF_BUILD", "JENKINS_URL"];

/** Checks that a pipeline does not use the password of a person, which never expires and covers the whole company. */
export function checkPipeline({ env }: Context): Finding[] {
  const isPipeline = pipelineVariables.some((name) => env[name] && env[name] !== "false");
  if (!isPipeline || !(env["BRIKSYNC_PASSWORD"] || env["BRIKSYNC_PASSWORD_FILE"])) return [];
  const name = nameEnvironmentCredential(env);
  if (name !== null && !name.startsWith("BRIKSYNC_EMAIL")) {
    const message = `This pipeline has a person's password, although it signs in with ${name}`;
    return [warning("pipeline", message, "Remove BRIKSYNC_PASSWORD from the pipeline, and change the password.")];
  }
  const hint =
    "Use a trust or an automation token instead. docs/migrate-pipelines.md has the steps. For a summary, run: briksync help pipelines";
  return [warning("pipeline", "This pipeline signs in with a person's password", hint)];
}
