/**
 * The part of undici that the SDK uses. The build puts it into a file of its own (`dist/undici.js`), for two reasons: it is
 * loaded at the first call only, and it works in bundles. undici is CommonJS, and its calls of `require` fail in the ES module
 * that esbuild makes of it.
 */
export { default as buildConnector } from "undici/lib/core/connect.js";
export { default as Agent } from "undici/lib/dispatcher/agent.js";
