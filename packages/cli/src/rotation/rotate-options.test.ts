import { describe, expect, it } from "vitest";
import { chooseTask, type RotateOptions } from "./rotate-options.ts";

const plain: RotateOptions = { verify: true };

describe("the options of keys rotate", () => {
  it.each<[string, Partial<RotateOptions>, number]>([
    ["replace", {}, 1],
    ["replace", { grace: 60, secretOnly: true }, 1],
    ["stage", { staged: true, wait: 0, takeOver: true, secretOnly: true }, 1],
    ["deliver", { to: ["file:x"], grace: 60, verifyWith: "true", waitDrained: 600, wait: 5, takeOver: true }, 1],
    ["deliver", { to: ["file:x"], staged: true, verify: false, sinkTimeout: 1000 }, 1],
    ["deliver", { to: ["file:{id}"], keepGoing: true }, 3],
    ["deliver", { to: ["file:{id}"], olderThan: 60 }, 0],
    ["finish", { finish: true, rotation: "r", grace: 60, waitDrained: 60 }, 1],
    ["abort", { abort: true, rotation: "r", force: true }, 1],
    ["status", { status: true }, 1],
  ])("request %s: %j with %i keys", (task, options, keyCount) => {
    expect(chooseTask({ ...plain, ...options }, keyCount)).toBe(task);
  });

  it.each<[string, Partial<RotateOptions>, number]>([
    ["Missing required argument 'key'", {}, 0],
    ["Missing required argument 'key'", { to: ["file:x"] }, 0],
    ["An immediate rotation accepts 1 key, but received 2.", {}, 2],
    ["--finish accepts 1 key, but received 2.", { finish: true }, 2],
    ["--older-than cannot be combined with the name of a key", { to: ["file:{id}"], olderThan: 60 }, 1],
    ["--older-than requires --to", { olderThan: 60 }, 0],
    ["--verify-with requires --to.", { verifyWith: "true" }, 1],
    ["--wait-drained requires --to or --finish.", { waitDrained: 60 }, 1],
    ["--take-over requires --to, --staged or --finish.", { takeOver: true }, 1],
    ["--staged without --to cannot be combined with --grace", { staged: true, grace: 60 }, 1],
    ["--grace cannot be combined with --staged, which does not finish", { staged: true, to: ["file:x"], grace: 60 }, 1],
    [
      "--wait-drained cannot be combined with --staged, which does not finish",
      { staged: true, to: ["file:x"], waitDrained: 60 },
      1,
    ],
    ["--verify-with and --no-verify cannot be combined", { to: ["file:x"], verifyWith: "true", verify: false }, 1],
    ["--to cannot be combined with --secret-only", { to: ["file:x"], secretOnly: true }, 1],
    ["--to cannot be combined with --rotation", { to: ["file:x"], rotation: "r" }, 1],
    ["--finish and --abort cannot be combined", { finish: true, abort: true }, 1],
    ["--finish cannot be combined with --to", { finish: true, to: ["file:x"] }, 1],
    ["--abort cannot be combined with --grace", { abort: true, grace: 60 }, 1],
    ["--status cannot be combined with --force", { status: true, force: true }, 1],
    ["--finish cannot be combined with --force", { finish: true, force: true }, 1],
    ["--take-over and --wait-drained cannot be combined", { finish: true, takeOver: true, waitDrained: 60 }, 1],
  ])("are refused: %s", (message, options, keyCount) => {
    expect(() => chooseTask({ ...plain, ...options }, keyCount)).toThrow(message);
  });
});
