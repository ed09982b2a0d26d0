import { cp } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { defineConfig } from "tsup";

const local = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  // The path of this file starts the thread, so it must be a separate file.
  entry: { main: "src/main.ts", "last-used-worker": "src/store/sqlite/last-used-worker.ts" },
  format: ["esm"],
  platform: "node",
  target: "node22",
  clean: true,
  sourcemap: true,
  // The package contains the pages that the server serves.
  onSuccess: () => cp(local("../dashboard/dist"), local("dist/dashboard"), { recursive: true }),
});
