import { defineConfig } from "tsup";

export default defineConfig({
  // The thread is started by its path and so has to be a file of its own.
  entry: { main: "src/main.ts", "sqlite-uses-worker": "src/store/sqlite-uses-worker.ts" },
  format: ["esm"],
  platform: "node",
  target: "node22",
  clean: true,
  sourcemap: true,
});
