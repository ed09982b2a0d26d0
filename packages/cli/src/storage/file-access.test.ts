import { describe, expect, it } from "vitest";
import { findExposure } from "./file-access.ts";

const find = (mode: number, uid: number, userId: number, platform: NodeJS.Platform = "linux") =>
  findExposure("/secret", { mode: 0o100_000 | mode, uid }, { platform, userId })?.what ?? null;

describe("a file that other users can open", () => {
  it.each([
    [0o600, null],
    [0o400, null],
    [0o700, null],
    [0o640, "read"],
    [0o604, "read"],
    [0o610, "read"],
    [0o601, "read"],
    [0o620, "change"],
    [0o602, "change"],
    [0o666, "change"],
  ])("with mode %o and this user as its owner: %s", (mode, what) => {
    expect(find(mode, 1000, 1000)).toBe(what);
    expect(find(mode, 0, 0)).toBe(what);
    expect(find(mode, 0, 0, "win32")).toBe(null);
  });

  it.each([
    [0o440, null],
    [0o640, null],
    [0o644, "read"],
    [0o650, "read"],
    [0o660, "change"],
    [0o642, "change"],
  ])("with mode %o and root as its owner, read by another user: %s", (mode, what) => {
    expect(find(mode, 0, 1000)).toBe(what);
  });
});
