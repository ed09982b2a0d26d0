import { defineConfig } from "tsup";

export default defineConfig({
  // The thread is started by its path and so has to be a file of its own.
  entry: { main: "src/main.ts", "last-used-worker": "src/store/sqlite/last-used-worker.ts" },
  format: ["esm"],
  platform: "node",
  target: "node22",
  clean: true,
  sourcemap: true,
});
