import { cp } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { defineConfig } from "tsup";

const local = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  // The thread is started by its path and so has to be a file of its own.
  entry: { main: "src/main.ts", "last-used-worker": "src/store/sqlite/last-used-worker.ts" },
  format: ["esm"],
  platform: "node",
  target: "node22",
  clean: true,
  sourcemap: true,
  // One package to install: the server serves the pages that it contains.
  onSuccess: () => cp(local("../dashboard/dist"), local("dist/dashboard"), { recursive: true }),
});
