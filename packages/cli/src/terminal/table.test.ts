import { describe, expect, it } from "vitest";
import { formatTable } from "./table.ts";

describe("a table", () => {
  it("prints every row of a very long list", { timeout: 120_000 }, () => {
    const rows = Array.from({ length: 150_000 }, (_, index) => [`Key ${index}`, "never"]);
    const table = formatTable([{ header: "NAME" }, { header: "LAST USED" }], rows, undefined);
    const lines = table.split("\n");
    expect(lines).toHaveLength(rows.length + 2);
    expect(lines[0]).toBe("NAME        LAST USED");
    expect(lines.at(-2)).toBe("Key 149999  never");
  });

  it("aligns columns with wide characters, colors and truncated cells", () => {
    const columns = [{ header: "NAME", widthMin: 4 }, { header: "ID" }];
    const rows = [
      ["\u4f1a\u8ba1", "1"],
      ["a much longer name", "2"],
    ];
    const red = (text: string, column: number): string => (column === 0 ? `\u001b[31m${text}\u001b[39m` : text);
    expect(formatTable(columns, rows, 12, red)).toBe(
      "\u001b[31mNAME\u001b[39m      ID\n\u001b[31m\u4f1a\u8ba1\u001b[39m      1\n\u001b[31ma much …\u001b[39m  2\n",
    );
  });
});
