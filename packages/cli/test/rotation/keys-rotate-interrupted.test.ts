import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { spawnCli, waitForEnd } from "../support/cli-process.ts";
import { loseRequest, nameStep, pass, steps, useDisturbedRotation } from "../support/disturbed-rotation.ts";
import { isRunning } from "../support/fake-program.ts";
import { useTerminal } from "../support/lifetimes.ts";
import { readResumeLine, readRotationState, settled } from "../support/rotation.ts";

const rotation = useDisturbedRotation();
const { server, admin } = rotation;

describe("C-08 Ctrl-C during a rotation", () => {
  it.each(steps)("at $name ($index), reports the state, and the printed command resumes", async ({ index }) => {
    const isReached = new Promise<void>((resolve) => {
      rotation.plan = {
        decide(request) {
          if (request.index !== index) return pass;
          resolve();
          return new Promise((release) => setTimeout(() => release(loseRequest), 2000));
        },
      };
    });
    const terminal = useTerminal(rotation.listArguments(), { env: rotation.throughProxy(), columns: 300 });
    await isReached;
    terminal.pressCtrlC();
    expect((await terminal.waitForExit(20_000)).exitCode).toBe(130);
    rotation.plan = { decide: () => pass };
    expect(terminal.text).toContain("error: Interrupted.");
    if (index < 2) return;
    const resume = readResumeLine(terminal.text);
    expect(resume).toBe(`briksync keys rotate ${rotation.key.clientId} --to file:${rotation.path}`);
    expect(await rotation.runInShell(resume)).toMatchObject({ exitCode: 0 });
    expect(await readRotationState(server, admin, rotation.key.id, rotation.path)).toEqual(settled);
  });

  it("also ends a running delivery, and says that the destination may have either secret", async () => {
    const mark = join(admin.directory, `at-work-${rotation.number}`);
    const slow = `exec:cat > /dev/null; echo $$ > ${mark}; sleep 30; echo done`;
    const args = ["keys", "rotate", rotation.key.name, "--to", `file:${rotation.path}`, "--to", slow];
    const terminal = useTerminal(args, { env: admin.env, columns: 300 });
    await expect.poll(() => existsSync(mark) && readFileSync(mark, "utf8") !== "").toBe(true);
    terminal.pressCtrlC();
    expect((await terminal.waitForExit(20_000)).exitCode).toBe(130);
    expect(terminal.text).toContain(`The old and the new secret of "${rotation.key.name}" both work (rotation `);
    expect(terminal.text).toContain(`Delivered to the file ${rotation.path}.`);
    expect(terminal.text).toContain(
      "The delivery to the command cat … failed. The destination may have the old or the new secret.",
    );
    const resume = `briksync keys rotate '${rotation.key.name}' --to file:${rotation.path} --to '${slow}'`;
    expect(readResumeLine(terminal.text)).toBe(resume);
    await expect.poll(() => isRunning(Number(readFileSync(mark, "utf8")))).toBe(false);
  });

  it("says during a wait that nothing was changed", async () => {
    const other = await admin.run(["keys", "rotate", rotation.key.clientId, "--staged", "-o", "json"]);
    const { rotationId } = JSON.parse(other.stdout);
    const renew = (): Promise<Response> =>
      fetch(`${server.url}/external/v1/auth/keys/${rotation.key.id}/rotations/${rotationId}/renew`, {
        method: "POST",
        headers: { authorization: `Bearer ${admin.token}` },
      });
    const renewing = setInterval(() => void renew().catch(() => {}), 400);
    const terminal = useTerminal(rotation.listArguments(), { env: admin.env, columns: 300 });
    try {
      await terminal.waitFor("Waiting for rotation ");
      terminal.pressCtrlC();
      expect((await terminal.waitForExit(20_000)).exitCode).toBe(130);
      expect(terminal.text).toContain("Nothing was changed.");
    } finally {
      clearInterval(renewing);
      terminal.kill();
    }
  });

  it("has the same effect as SIGTERM, which CI systems send to end a job", async () => {
    rotation.plan = {
      decide: (request) =>
        nameStep(request) === "GET verify" ? new Promise((release) => setTimeout(() => release(pass), 3000)) : pass,
    };
    const child = spawnCli(rotation.listArguments(), { env: rotation.throughProxy() });
    const isAtVerify = (): boolean => rotation.proxy.requests.some((request) => nameStep(request) === "GET verify");
    await expect.poll(isAtVerify).toBe(true);
    child.process.kill("SIGTERM");
    expect(await waitForEnd(child, 20_000)).toMatchObject({ exitCode: 130 });
    expect(await child.texts.stderr).toContain("To resume, run: briksync keys rotate");
  });
});
