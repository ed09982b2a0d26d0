import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Creates an empty directory. The caller removes it. */
export function createTemporaryDirectory(): { readonly path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), "briksync-server-"));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}
