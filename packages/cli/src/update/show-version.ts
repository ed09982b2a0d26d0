import { version } from "../config/version.ts";
import type { Context } from "../context.ts";
import { CliError } from "../errors/cli-error.ts";
import { printRecord } from "../terminal/print-record.ts";
import { sanitizeText } from "../text/sanitize.ts";
import {
  fetchLatestVersion,
  findNotePath,
  findReleaseAddress,
  isNewer,
  readNote,
  writeNote,
} from "./latest-version.ts";

/** Runs `briksync version`: prints the version and, with `--check`, the latest one. */
export async function showVersion(context: Context, options: { readonly check: boolean }): Promise<void> {
  const { host, io } = context;
  const latest = options.check ? await findLatestVersion(context) : undefined;
  const runtime = `Node ${host.nodeVersion}`;
  const isCurrent = latest === undefined ? undefined : !isNewer(latest, version);
  await printRecord(context, {
    json: { version, runtime, platform: host.platform, ...(latest !== undefined && { latest, isCurrent }) },
    id: version,
    fields: [
      { label: "Version", field: "version", value: version },
      { label: "Runtime", field: "runtime", value: runtime },
      { label: "Platform", field: "platform", value: host.platform },
      ...(latest === undefined ? [] : [{ label: "Latest", field: "latest", value: latest }]),
    ],
  });
  if (isCurrent === true) io.writeDone("This is the latest version.");
  if (isCurrent === false) {
    io.writeStatus(
      "To update, install briksync again in the same way, for example: npm install --global @briksync/cli",
    );
  }
}

/** Runs the hidden command that remembers the latest version for the next notice. Prints nothing and never fails. */
export async function rememberLatestVersion({ host, env, signal }: Context): Promise<void> {
  const address = findReleaseAddress(env);
  const path = findNotePath(host);
  if (address === undefined || path === undefined) return;
  try {
    const latest = await fetchLatestVersion(address, signal);
    writeNote(path, { ...readNote(path), latest, checkedAt: host.now().getTime() }, host.processId);
  } catch {
    // The result is not awaited, and the CLI tries again the next day.
  }
}

async function findLatestVersion({ env, signal, io }: Context): Promise<string> {
  const address = findReleaseAddress(env);
  if (address === undefined) {
    throw new CliError("USAGE", "This build does not know where its releases are.", {
      hint: "Set BRIKSYNC_UPDATE_URL to an https address with a JSON object that has the field version.",
    });
  }
  using _waiting = io.startWaiting("Looking for the latest version");
  try {
    return await fetchLatestVersion(address, signal);
  } catch (error) {
    if (signal.aborted) throw error;
    const { message = "", cause } = error as Error;
    const reason = cause instanceof Error ? cause.message : message;
    throw new CliError("UPDATE_CHECK_FAILED", `Could not find the latest version: ${sanitizeText(reason)}.`, {
      hint: `Check that this address is reachable: ${sanitizeText(address.origin)}`,
      cause: error,
    });
  }
}
