/** A script that tests a copy of the package: a call over a socket, an error, a secret and the lazy import. */
const script = `
async function main({ BrikSync, isApiError, inspectSecret }, createServer, loadedModules) {
  const before = loadedModules();
  const server = createServer((request, response) => {
    const ok = request.url.endsWith("/keys");
    response.writeHead(ok ? 201 : 404, { "content-type": "application/json" });
    response.end(JSON.stringify(ok
      ? { id: "k1", clientId: "api_1", clientSecret: "sec_1" }
      : { error: { code: 404, message: "Resource does not exist", type: "NOT_FOUND" } }));
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const client = new BrikSync({ baseUrl: "http://127.0.0.1:" + server.address().port, accessToken: "token" });
  const key = await client.keys.create({ name: "CRM" });
  const error = await client.keys.get("k2").catch((error) => error);
  const byFetch = await (await fetch("http://127.0.0.1:" + server.address().port + "/x", { method: "POST", body: "{}" })).json();
  server.close();
  console.log(JSON.stringify({
    id: key.id,
    shown: String(key.clientSecret),
    secret: key.clientSecret.reveal(),
    isNotFound: isApiError(error, "NOT_FOUND"),
    inspected: inspectSecret("sec_").valid,
    undiciBefore: before.some((path) => path.includes("undici")),
    undiciAfter: loadedModules().filter((path) => path.includes("undici")),
    globalFetchWorks: byFetch.error.code === 404,
  }));
}`;
/** The JSON that each script prints. */
export const expected = {
  id: "k1",
  shown: "[redacted]",
  secret: "sec_1",
  isNotFound: true,
  inspected: false,
  undiciBefore: false,
  undiciAfter: [],
  globalFetchWorks: true,
};

/** The script as an ES module and as CommonJS, by file name. */
export const scripts = {
  "script.mjs": `import * as sdk from "@briksync/sdk";
import { createServer } from "node:http";
import { createRequire } from "node:module";
const { cache } = createRequire(import.meta.url);
${script}
await main(sdk, createServer, () => Object.keys(cache));`,
  "script.cjs": `const sdk = require("@briksync/sdk");
${script}
main(sdk, require("node:http").createServer, () => Object.keys(require.cache));`,
};

/** Runs CommonJS as Jest does: in a separate context, in which `import()` fails. */
export const asJest = `
const vm = require("node:vm");
const fs = require("node:fs");
const context = vm.createContext({ ...Object.fromEntries(Object.getOwnPropertyNames(globalThis)
  .filter((name) => !["Object", "Array", "Error", "Promise", "globalThis", "global"].includes(name))
  .map((name) => [name, globalThis[name]])), process, Buffer, crypto, performance, setTimeout, clearTimeout });
const loaded = { exports: {} };
const filename = require.resolve("@briksync/sdk");
const wrapper = vm.compileFunction(fs.readFileSync(filename, "utf8"), ["module", "exports", "require"], {
  filename,
  parsingContext: context,
});
wrapper(loaded, loaded.exports, require);
const sdk = loaded.exports;
${script}
main(sdk, require("node:http").createServer, () => []);`;
