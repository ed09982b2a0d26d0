import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { join } from "node:path";
import { expect, it } from "vitest";
import { repositoryRoot } from "./paths.ts";

const script = join(repositoryRoot, "tools/require-free-port.ts");

it("names another port if a program listens on this one, and accepts a free one", async () => {
  const other = createServer().listen(0, "127.0.0.1");
  await once(other, "listening");
  const { port } = other.address() as AddressInfo;
  const run = () =>
    spawnSync(process.execPath, [script], { env: { ...process.env, PORT: `${port}` }, encoding: "utf8" });
  const taken = run();
  expect(taken.status).toBe(1);
  expect(taken.stderr).toContain(`Another program listens on port ${port}, perhaps an earlier start.`);
  expect(taken.stderr).toContain(`  PORT=${port + 1} npx -y -p node@24 -p pnpm@12 pnpm start\n`);
  await new Promise((resolve) => other.close(resolve));
  expect(run()).toMatchObject({ status: 0, stdout: "", stderr: "" });
});
