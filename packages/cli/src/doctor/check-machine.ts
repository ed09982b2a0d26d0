import { stat } from "node:fs/promises";
import type { Config } from "../config/config.ts";
import type { Context } from "../context.ts";
import { exitCodes } from "../exit-codes.ts";
import { isNodeNewEnough, nodeVersionMin } from "../node-version.ts";
import { findDirectoryRisk } from "../storage/directory-risk.ts";
import { isNodeError } from "../storage/node-error.ts";
import { type Finding, failed, ok, warning } from "./check.ts";

/** Whether this Node is one the CLI is made for. */
export function checkNode({ host }: Context): Finding {
  const found = `Node ${host.nodeVersion} on ${host.platform}`;
  if (isNodeNewEnough(host.nodeVersion)) return ok("node", found);
  return failed("node", exitCodes.unexpected, found, `briksync needs Node ${nodeVersionMin} or newer.`);
}

/** Whether directory and files of the profile are there and for nobody else to read or write. */
export async function checkFiles(context: Context, config: Config): Promise<Finding> {
  if (context.host.platform === "win32") return ok("profile file", config.path);
  const risk = await findDirectoryRisk(config.directory, context.host);
  if (risk !== null) return warning("profile file", risk.message, risk.hint);
  const open: string[] = [];
  for (const [path, allowed] of [
    [config.directory, 0o700],
    [config.path, 0o600],
  ] as const) {
    try {
      const mode = (await stat(path)).mode & 0o777;
      if ((mode & ~allowed) !== 0) open.push(`chmod ${allowed.toString(8)} ${path}`);
    } catch (error) {
      if (!isNodeError(error, "ENOENT")) throw error;
      return ok("profile file", `${config.path} does not exist yet; the first sign-in makes it`);
    }
  }
  if (open.length === 0) return ok("profile file", `${config.path}, for your eyes only`);
  return warning("profile file", `${config.path} can be read by others`, open.join(" && "));
}

/** Which variables of the environment change what briksync does. Names only: some values are secrets. */
export function checkEnvironment({ env }: Context): Finding[] {
  const ours = Object.keys(env).filter((name) => name.startsWith("BRIKSYNC_") && env[name]);
  const findings = [
    ok(
      "environment",
      ours.length === 0 ? "no BRIKSYNC_ variable is set" : `${ours.sort().join(", ")} set; they go before the profile`,
    ),
  ];
  if (env["NODE_TLS_REJECT_UNAUTHORIZED"] === "0") {
    findings.push(
      warning(
        "environment",
        "NODE_TLS_REJECT_UNAUTHORIZED=0 is set; briksync ignores it and verifies every certificate",
        "For a certificate authority of your own set NODE_EXTRA_CA_CERTS=FILE, or NODE_USE_SYSTEM_CA=1.",
      ),
    );
  }
  return findings;
}
