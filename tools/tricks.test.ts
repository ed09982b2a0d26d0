import { spawnSync } from "node:child_process";
import { basename } from "node:path";
import { expect, it } from "vitest";
import { listPatches, trickLoads } from "../bench/harness/patched-server.ts";
import { repositoryRoot } from "./paths.ts";
import { readPage } from "./readme.ts";

const patches = trickLoads.flatMap(listPatches);

it.each(patches)("%s applies to the server's sources", (patch) => {
  const { status, stderr } = spawnSync("git", ["apply", "--check", patch], { cwd: repositoryRoot, encoding: "utf8" });
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
});

it("bench/README.md lists the worth of each trick that has a patch", () => {
  const [, section = ""] = readPage("bench/README.md").split("## What each optimization is worth\n");
  const [rows = ""] = section.split("\n## ");
  const named = [...rows.matchAll(/^\| `([\w-]+)`/gm)].map(([, name]) => name);
  expect(named.sort()).toEqual(patches.map((patch) => basename(patch, ".patch")).sort());
});
