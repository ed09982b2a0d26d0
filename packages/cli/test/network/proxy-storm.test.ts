import { execFile } from "node:child_process";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { fileURLToPath } from "node:url";
import { expect, it, onTestFinished } from "vitest";

const bin = fileURLToPath(new URL("../../dist/bin.js", import.meta.url));

it.each([
  ["closes the connection", (socket: Socket) => socket.destroy()],
  ["never responds", () => {}],
] as const)("K-09 the CLI exits with 8 after a few connections if the proxy %s", async (_name, react) => {
  const open = new Set<Socket>();
  let connections = 0;
  const proxy = createServer((socket) => {
    connections++;
    open.add(socket);
    socket.on("error", () => {});
    socket.once("data", () => react(socket));
  });
  await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    for (const socket of open) socket.destroy();
    proxy.close();
  });
  const env = {
    PATH: process.env["PATH"] ?? "",
    HTTPS_PROXY: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`,
    BRIKSYNC_TOKEN: "token",
    BRIKSYNC_SERVER: "https://api.example.com",
    BRIKSYNC_CONFIG_DIR: "/nonexistent/briksync",
  };
  const code = await new Promise((resolve) => {
    const child = execFile(process.execPath, [bin, "keys", "list", "--timeout", "3"], { env });
    child.on("exit", resolve);
  });
  expect(code).toBe(8);
  expect(connections).toBeGreaterThan(0);
  expect(connections).toBeLessThanOrEqual(3);
});
