import { expect } from "vitest";
import type { CliHome } from "./cli-process.ts";

/** A finding of `briksync doctor`. */
export interface Finding {
  check: string;
  status: string;
  message: string;
  hint: string | null;
  exitCode: number;
}

/** Runs `briksync doctor` and returns its exit code and findings. Expects the exit code of the first failed check. */
export async function runDoctor(
  home: CliHome,
  env: Record<string, string | undefined> = {},
): Promise<{ exitCode: number | null; find(check: string): Finding }> {
  const result = await home.run(["doctor", "-o", "json"], { env });
  const findings: Finding[] = JSON.parse(result.stdout);
  const failed = findings.filter((finding) => finding.exitCode !== 0);
  expect(result.exitCode).toBe(failed[0]?.exitCode ?? 0);
  return {
    exitCode: result.exitCode,
    find(check) {
      const found = findings.find((finding) => finding.check === check);
      if (found === undefined) throw new Error(`doctor found nothing about ${check}: ${result.stdout}`);
      return found;
    },
  };
}
