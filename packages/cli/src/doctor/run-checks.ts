import type { Config } from "../config/config.ts";
import { carryFlags, type Settings } from "../config/settings.ts";
import type { Context } from "../context.ts";
import { type ExitCode, exitCodes } from "../errors/exit-codes.ts";
import { explainError } from "../terminal/error-report.ts";
import { printList } from "../terminal/print-list.ts";
import { chooseWrap } from "../terminal/print-record.ts";
import { type Finding, failed, ok, skipped } from "./check.ts";
import {
  checkEnvironment,
  checkFiles,
  checkNode,
  checkPipeline,
  checkSecretFiles,
  checkSessionFiles,
} from "./check-machine.ts";
import { checkNetwork } from "./check-network.ts";
import { checkKeychain, checkServer, checkSession } from "./check-session.ts";

const marks = { ok: "✓", warning: "!", failed: "✗", skipped: "-" } as const;

/**
 * Runs `briksync doctor`: runs all checks, from the machine to the session, and prints the results. Returns the exit
 * code of the first failure, because later failures usually follow from it.
 */
export async function runChecks(context: Context): Promise<ExitCode> {
  const settings = await context.settings().catch(() => undefined);
  const findings = (await collectFindings(context)).map(({ hint, ...finding }) => ({
    ...finding,
    ...(hint !== undefined && { hint: carryFlags(hint, settings) }),
  }));
  await printFindings(context, findings);
  return findings.find((finding) => finding.exitCode !== undefined)?.exitCode ?? exitCodes.done;
}

async function collectFindings(context: Context): Promise<Finding[]> {
  const findings: Finding[] = [checkNode(context)];
  const config = await attempt(findings, "profile file", () => context.config());
  if (config !== undefined) findings.push(await checkFiles(context, config));
  findings.push(...(await checkSessionFiles(context)));
  findings.push(...checkEnvironment(context), ...(await checkSecretFiles(context)), ...checkPipeline(context));
  const settings = config === undefined ? undefined : await attempt(findings, "settings", () => context.settings());
  if (settings !== undefined) {
    const { server, profile } = settings;
    findings.push(
      ok("settings", `server ${server.value} (${server.name}), profile ${profile.value} (${profile.name})`),
    );
    const network = await checkNetwork(context, server.value);
    findings.push(...network);
    const isReached = network.every((finding) => finding.status !== "failed");
    const unreached = skipped("server", "the server cannot be reached");
    findings.push(isReached ? await checkServer(context, server.value) : unreached);
  }
  findings.push(await checkKeychain(context, settings));
  if (settings === undefined) return findings;
  const isReachable = findings.every((finding) => finding.status !== "failed" || finding.check === "keychain");
  if (isReachable) findings.push(await checkSession(context, settings.server.value));
  else findings.push(skipped("session", "an earlier check failed"));
  return findings;
}

async function attempt<T extends Config | Settings>(
  findings: Finding[],
  check: string,
  work: () => Promise<T>,
): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    const report = await explainError(error, { isDebug: false });
    findings.push(failed(check, report.exitCode, report.message, report.hint));
    return undefined;
  }
}

async function printFindings(context: Context, findings: readonly Finding[]): Promise<void> {
  const output = await context.output().catch(() => "table");
  if (output !== "table") {
    await printList(context, findings, {
      empty: "",
      nouns: ["check", "checks"],
      id: (finding) => finding.check,
      toJson: (finding) => ({ ...finding, hint: finding.hint ?? null, exitCode: finding.exitCode ?? 0 }),
      columns: [
        { header: "CHECK", field: "check" },
        { header: "STATUS", field: "status" },
        { header: "MESSAGE", field: "message" },
        { header: "HINT", field: "hint" },
      ],
    });
    return;
  }
  const { green, yellow, red, dim } = context.io.colors;
  const styles = { ok: green, warning: yellow, failed: red, skipped: dim };
  const width = Math.max(...findings.map((finding) => finding.check.length));
  const indent = " ".repeat(width + 4);
  const wrapLine = await chooseWrap(context.io);
  const wrap = (text: string): readonly string[] => wrapLine(text, indent.length);
  const lines = findings.flatMap((finding) => {
    const [first = "", ...more] = wrap(finding.message);
    const line = `${styles[finding.status](marks[finding.status])} ${finding.check.padEnd(width)}  ${first}`;
    const hints = finding.hint?.split("\n").flatMap((hint) => wrap(`→ ${hint}`)) ?? [];
    return [line, ...more.map((text) => indent + text), ...hints.map((hint) => indent + dim(hint))];
  });
  await context.io.writeData(`${lines.join("\n")}\n`);
}
