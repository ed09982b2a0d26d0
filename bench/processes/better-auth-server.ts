import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { type BetterAuthSetup, createBetterAuth } from "../fixtures/better-auth.ts";
import { makeKeyMap } from "../fixtures/better-auth-database.ts";

// Calls the plugin's documented server API directly, without the router of better-auth.
const setup = process.env["SETUP"] as BetterAuthSetup;
const keyCount = Number(process.env["KEY_COUNT"]);
const keys = setup === "memory" ? await makeKeyMap(keyCount) : undefined;
const { verifier } = createBetterAuth(process.env["DATABASE"] ?? "", setup, keys);

const server = createServer({ keepAliveTimeout: 72_000 }, async (request, response) => {
  const [, key = ""] = (request.headers.authorization ?? "").split(" ");
  const result = await verifier.verifyApiKey({ body: { key } });
  const { id, name, referenceId } = result.key ?? {};
  const body = JSON.stringify(result.valid ? { keyId: id, name, userId: referenceId } : { error: "Invalid API key" });
  response.writeHead(result.valid ? 200 : 401, {
    "content-type": "application/json; charset=utf-8",
    "content-length": Buffer.byteLength(body),
    "cache-control": "no-store",
  });
  response.end(body);
});
server.listen(0, "127.0.0.1", () => {
  const { port } = server.address() as AddressInfo;
  process.stdout.write(`${JSON.stringify({ url: `http://127.0.0.1:${port}` })}\n`);
});
process.once("SIGTERM", () => {
  server.close();
  server.closeAllConnections();
});
