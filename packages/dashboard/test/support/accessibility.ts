import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import type { Page } from "playwright-core";
import { expect } from "vitest";

const axePath = createRequire(import.meta.url).resolve("axe-core/axe.min.js");

interface AxeResults {
  readonly violations: readonly {
    id: string;
    help: string;
    nodes: readonly { html: string; failureSummary?: string }[];
  }[];
}

/** Checks that axe has no findings on the current page, in the light and the dark color scheme. */
export async function expectNoFindings(page: Page): Promise<void> {
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    // The new colors appear with the next frame.
    await page.evaluate("new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))");
    if (!(await page.evaluate("'axe' in window"))) await page.evaluate(await readFile(axePath, "utf8"));
    // The two schemes differ only in their colors.
    const rules = colorScheme === "light" ? "" : "{ runOnly: ['color-contrast'] }";
    const { violations } = (await page.evaluate(`axe.run(${rules})`)) as AxeResults;
    const found = violations.map(
      ({ id, nodes }) => `${colorScheme} ${id}: ${nodes.map((node) => node.html + node.failureSummary).join("\n")}`,
    );
    expect(found).toEqual([]);
  }
  await page.emulateMedia({ colorScheme: "light" });
}
