import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import type { OnFinished } from "./on-finished.ts";

/** A new empty directory; the caller removes it. */
export function createTemporaryDirectory(): { readonly path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), "briksync-server-"));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/** A new empty directory that goes away with the running test. */
export function useTemporaryDirectory(onFinished: OnFinished = onTestFinished): string {
  const directory = createTemporaryDirectory();
  onFinished(() => directory.remove());
  return directory.path;
}
