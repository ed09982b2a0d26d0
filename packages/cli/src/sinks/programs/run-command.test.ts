import { spawnSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { markEnd, wholeInputScript } from "./run-command.ts";

const secret = `sec_${"0123456789ab".repeat(4)}`;

function run(
  input: string,
  program: readonly string[],
  env: NodeJS.ProcessEnv = {},
): { stdout: string; report: string } {
  const { stdout, output } = spawnSync("/bin/sh", ["-c", wholeInputScript, "sh", ...program], {
    input,
    env: { PATH: process.env["PATH"], ...env },
    stdio: ["pipe", "pipe", "pipe", "pipe"],
    encoding: "utf8",
  });
  return { stdout, report: output[3] ?? "" };
}

describe.skipIf(process.platform === "win32")("a program behind the script", () => {
  it("C-09 does not start if a byte of its input is missing, for example because the CLI was killed", () => {
    const marked = markEnd(secret);
    for (let bytes = 0; bytes < marked.length; bytes++) {
      expect(run(marked.slice(0, bytes), ["sh", "-c", "echo started"]).stdout, `${bytes} bytes`).toBe("");
    }
    expect(run(marked, ["sh", "-c", "echo started"]).stdout).toBe("started\n");
  });

  it.each([secret, "", "two\nlines\n\n", 'it\'s "$HOME" `id` \\n %s *', `${markEnd("nested")} and on`])(
    "reads exactly the input %j",
    (input) => {
      expect(run(markEnd(input), ["cat"])).toEqual({ stdout: input, report: "" });
    },
  );

  it("C-04 has the input neither in its arguments nor in its environment, even if the variable was exported", () => {
    const seen = run(markEnd(secret), ["sh", "-c", "env; tr '\\0' ' ' < /proc/$$/cmdline; cat > /dev/null"], {
      briksync_input: "exported before",
    });
    expect(seen.stdout).not.toContain(secret);
  });

  it("is reported on descriptor 3 if it exits with 0 without reading its input", () => {
    expect(run(markEnd(secret), ["true"]).report).toBe("unread\n");
    expect(run(markEnd(secret), ["false"]).report).toBe("");
  });
});
