import { expect, it } from "vitest";
import { describeClient } from "./describe-client.ts";

const webKit = "AppleWebKit/537.36 (KHTML, like Gecko)";

it.each([
  [`Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${webKit} Chrome/131.0.0.0 Safari/537.36`, "Chrome on Windows"],
  [
    `Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${webKit} Chrome/131.0.0.0 Safari/537.36 Edg/131.0.0.0`,
    "Edge on Windows",
  ],
  [`Mozilla/5.0 (X11; Linux x86_64) ${webKit} HeadlessChrome/131.0.0.0 Safari/537.36`, "Chrome on Linux"],
  [`Mozilla/5.0 (Linux; Android 10; K) ${webKit} Chrome/131.0.0.0 Mobile Safari/537.36`, "Chrome on Android"],
  [`Mozilla/5.0 (X11; Linux x86_64) ${webKit} Chrome/131.0.0.0 Safari/537.36 OPR/116.0.0.0`, "Opera on Linux"],
  ["Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:133.0) Gecko/20100101 Firefox/133.0", "Firefox on macOS"],
  [
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1",
    "Safari on iOS",
  ],
  ["Mozilla/5.0 Firefox/1.0", "Firefox"],
  ["briksync-cli/1.2.3 briksync-sdk/1.2.3", "briksync-cli/1.2.3 briksync-sdk/1.2.3"],
  ["Chrome/1.0 is not a browser here", "Chrome/1.0 is not a browser here"],
  ["a\u001b[31m\u0000b\u00e9 \t c", "a [31m b c"],
  ["  ", null],
  ["", null],
  [undefined, null],
  ["x".repeat(5_000), "x".repeat(200)],
  [`${"x".repeat(199)} y`, "x".repeat(199)],
])("describes %j as %j", (userAgent, description) => {
  expect(describeClient(userAgent)).toBe(description);
});
