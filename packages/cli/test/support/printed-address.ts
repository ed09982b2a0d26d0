import type { CliChild } from "./cli-process.ts";

/** Returns the URL that `briksync login --web` prints. */
export function readAddress({ process: child }: CliChild): Promise<string> {
  let text = "";
  return new Promise((resolve) => {
    child.stderr.on("data", (chunk: string) => {
      text += chunk;
      const [, url] = /(http:\S+)\n/.exec(text) ?? [];
      if (url !== undefined) resolve(url);
    });
  });
}
