/**
 * The part of undici that the SDK uses. The build puts it into a separate file (`dist/undici.js`), for two reasons. It
 * is loaded only at the first call, and it works in bundles. In the ES module that esbuild generates, the `require`
 * calls of undici would fail, because it is CommonJS.
 */
export { default as buildConnector } from "undici/lib/core/connect.js";
export { default as Agent } from "undici/lib/dispatcher/agent.js";
