import { describe, expect, it } from "vitest";
import { chooseTask, type RotateOptions } from "./rotate-options.ts";

const plain: RotateOptions = { verify: true };

describe("what keys rotate is asked for", () => {
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
  ])("%s: %j of %i keys", (task, options, keyCount) => {
    expect(chooseTask({ ...plain, ...options }, keyCount)).toBe(task);
  });

  it.each<[string, Partial<RotateOptions>, number]>([
    ["Missing required argument 'key'", {}, 0],
    ["Missing required argument 'key'", { to: ["file:x"] }, 0],
    ["replaces the secret at once, takes one key, 2 were given", {}, 2],
    ["--finish takes one key, 2 were given", { finish: true }, 2],
    ["--older-than chooses the keys", { to: ["file:{id}"], olderThan: 60 }, 1],
    ["--older-than needs --to", { olderThan: 60 }, 0],
    ["does not go with --verify-with", { verifyWith: "true" }, 1],
    ["does not go with --wait-drained", { waitDrained: 60 }, 1],
    ["does not go with --take-over", { takeOver: true }, 1],
    ["--staged without --to does not go with --grace", { staged: true, grace: 60 }, 1],
    ["--grace is for finishing", { staged: true, to: ["file:x"], grace: 60 }, 1],
    ["--wait-drained is for finishing", { staged: true, to: ["file:x"], waitDrained: 60 }, 1],
    ["--verify-with and --no-verify exclude each other", { to: ["file:x"], verifyWith: "true", verify: false }, 1],
    ["--to does not go with --secret-only", { to: ["file:x"], secretOnly: true }, 1],
    ["--to does not go with --rotation", { to: ["file:x"], rotation: "r" }, 1],
    ["--finish and --abort exclude each other", { finish: true, abort: true }, 1],
    ["--finish does not go with --to", { finish: true, to: ["file:x"] }, 1],
    ["--abort does not go with --grace", { abort: true, grace: 60 }, 1],
    ["--status does not go with --force", { status: true, force: true }, 1],
    ["--finish does not go with --force", { finish: true, force: true }, 1],
    ["--take-over and --wait-drained exclude each other", { finish: true, takeOver: true, waitDrained: 60 }, 1],
  ])("refused: %s", (message, options, keyCount) => {
    expect(() => chooseTask({ ...plain, ...options }, keyCount)).toThrow(message);
  });
});
