import { describe, expect, it } from "vitest";
import { useHome, useStubServer, useTerminal } from "../support/lifetimes.ts";
import { sendJson } from "../support/stub-server.ts";

const foreignLink = "\u001b]8;;https://evil.example\u001b\\";
const keys = ["CRM", `x${foreignLink}click`].map((name, index) => ({
  id: `00000000-0000-4000-8000-00000000000${index}`,
  name,
  clientId: `api_${index}`,
  status: "active",
  lastUsedAt: null,
  createdOn: "2026-01-15T08:00:00.000Z",
}));
const server = useStubServer((_request, response) => sendJson(response, 200, keys));
const home = useHome(() => ({ BRIKSYNC_TOKEN: "t", BRIKSYNC_SERVER: server.url }));

describe("the name of a key in a list", () => {
  it.each([
    [{ TERM: "xterm-kitty" }, [], true],
    [{ TERM_PROGRAM: "iTerm.app" }, [], true],
    [{ VTE_VERSION: "7600" }, [], true],
    [{ FORCE_HYPERLINK: "1" }, [], true],
    [{}, [], false],
    [{ VTE_VERSION: "4000" }, [], false],
    [{ TERM: "xterm-kitty", FORCE_HYPERLINK: "0" }, [], false],
    [{ TERM: "dumb", FORCE_HYPERLINK: "1" }, [], false],
    [{ TERM_PROGRAM: "iTerm.app", TERM: "screen-256color" }, [], false],
    [{ TERM: "xterm-kitty" }, ["--no-color"], false],
  ] as const)("links to its page if the terminal supports links: %j %j: %s", async (env, flags, isLinked) => {
    const terminal = useTerminal(["keys", "list", ...flags], { env: { ...home.env, ...(env as object) } });
    expect((await terminal.waitForExit()).exitCode).toBe(0);
    const link = `\u001b]8;;${server.url}/settings/api-access/${keys[0]?.id}\u001b\\CRM\u001b]8;;\u001b\\`;
    expect(terminal.screen.includes(link)).toBe(isLinked);
    expect(terminal.text).toContain("CRM");
    // C-07: text from the server cannot create links.
    expect(terminal.screen).not.toContain(foreignLink);
    expect(terminal.text).toContain("x\\x1b]8;;https://evil.example\\x1b\\click");
  });

  it("has no link outside a terminal", async () => {
    const { stdout } = await home.run(["keys", "list"], { env: { FORCE_HYPERLINK: "1", FORCE_COLOR: "1" } });
    expect(stdout).not.toContain("]8;;http:");
  });
});
