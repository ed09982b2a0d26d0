import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

const module = fileURLToPath(new URL("./inspect-output.ts", import.meta.url));

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "briksync-output-"));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

/** Runs code in a process whose stdout the script redirects. Returns what the code prints to stderr. */
function report(script: string, code: string): string {
  const program = `import { inspectOutput, syncOutput } from ${JSON.stringify(module)};
    import { unlinkSync } from "node:fs";
    ${code}`;
  const env = { PATH: process.env["PATH"], NODE: process.execPath, PROGRAM: program };
  const look = '"$NODE" --input-type=module -e "$PROGRAM"';
  const { stderr } = spawnSync("/bin/sh", ["-c", script.replace("LOOK", look)], {
    cwd: directory,
    env,
    encoding: "utf8",
  });
  return stderr.trim();
}

describe.skipIf(process.platform !== "linux")("C-11 standard output", () => {
  const inspect = "console.error(inspectOutput(1, false).fault);";

  it("that is a named pipe is accepted while a process reads it, and refused after the reader has exited", () => {
    expect(report("mkfifo pipe; cat pipe > copy & exec 3> pipe; LOOK >&3", inspect)).toBe("null");
    expect(report("mkfifo gone; true < gone & exec 3> gone; wait; LOOK >&3", inspect)).toBe("its reader has exited");
  });

  it("that is a file fails if the file is deleted after the check", () => {
    const settle = "try { syncOutput(); console.error('settled'); } catch (error) { console.error(error.message); }";
    expect(report("LOOK > out", `${inspect} ${settle}`)).toBe("null\nsettled");
    expect(report("LOOK > out", `${inspect} unlinkSync("out"); ${settle}`)).toBe("null\nthe file was deleted");
  });
});
