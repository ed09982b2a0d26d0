import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { defineConfig, type EnvironmentOptions, type Plugin } from "vite";

const distUrl = new URL("dist/", import.meta.url);

/** The modules that are loaded on demand. */
const onDemand =
  /src\/(screens\/(key|pipelines|audit|account|device)\/|secrets\/|screens\/keys\/generate|ui\/(dialog|action-dialog|section|last-use|load-state)|api\/(use-action|read-all)|(key|pipeline|secret|audit|account|device)-messages)/;

/**
 * Returns the build of one entry. All code for the list of keys is in one file, because each further file is another
 * request before the rows appear.
 */
function buildEntry(entry: string): EnvironmentOptions {
  return {
    consumer: "client",
    build: {
      target: "es2022",
      // Newer than the target, so that light-dark() and container queries are not changed.
      cssTarget: ["chrome123", "firefox121", "safari17.5"],
      emptyOutDir: entry === "page",
      manifest: `manifest.${entry}.json`,
      modulePreload: false,
      assetsInlineLimit: 0,
      rolldownOptions: {
        input: `src/${entry}.ts`,
        output: { codeSplitting: { groups: [{ name: entry, test: (id: string) => !onDemand.test(id) }] } },
      },
    },
  };
}

/** Writes one manifest for both entries. */
function joinManifests(): Plugin {
  return {
    name: "join-manifests",
    buildApp: {
      order: "post",
      handler: async () => {
        const parts = ["page", "element"].map((entry) => new URL(`manifest.${entry}.json`, distUrl));
        const manifest = Object.assign({}, ...parts.map((part) => JSON.parse(readFileSync(part, "utf8"))));
        writeFileSync(new URL("manifest.json", distUrl), `${JSON.stringify(manifest, null, 2)}\n`);
        for (const part of parts) rmSync(part);
      },
    },
  };
}

export default defineConfig({
  root: fileURLToPath(new URL(".", import.meta.url)),
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  plugins: [joinManifests()],
  environments: { client: buildEntry("page"), element: buildEntry("element") },
  builder: {
    buildApp: async (builder) => {
      for (const environment of Object.values(builder.environments)) await builder.build(environment);
    },
  },
  // `pnpm dev` serves the page from its sources, and everything else comes from a local server.
  server: {
    proxy: { "/api": "http://127.0.0.1:4870", "/external": "http://127.0.0.1:4870", "/login": "http://127.0.0.1:4870" },
  },
});
