import type { Trust } from "@briksync/sdk";
import { expect, it } from "vitest";
import { writeSnippet } from "./pipeline-snippet.ts";

it.each(["a-new-platform", "constructor", "toString", "valueOf", "__proto__"])(
  "writes the workflow of GitHub for the unknown provider %s of a newer server",
  (provider) => {
    const trust = { id: "trust-1", provider, claims: {} } as unknown as Trust;
    const { file, text } = writeSnippet({ server: "https://briksync.example.com", trust, key: "CRM" });
    expect(file).toBe("the workflow");
    expect(text).toContain("briksync keys rotate CRM --to DESTINATION");
  },
);
