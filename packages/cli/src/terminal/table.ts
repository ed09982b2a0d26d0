import Table from "cli-table3";
import stringWidth from "string-width";

/** How one column may be narrowed if the terminal is too narrow for the table. */
export interface TableColumn {
  readonly header: string;
  /** The minimum width. Without it, the column never shrinks, for example because an ID must be copied completely. */
  readonly widthMin?: number;
  /** Columns with this number may be omitted, the highest number first. */
  readonly dropOrder?: number;
}

const gap = 2;
const rowsPerPart = 1_000;

/**
 * Formats rows as a table without borders, with `gap` blanks between the columns. Cells must not contain control
 * characters. If the table is wider than `width`, columns that can shrink are cut with `…`, the widest first. Then
 * columns with a `dropOrder` are omitted. If the table is still too wide, each row becomes a block of lines in the
 * form `header: cell`. Without `width`, nothing is cut. `style` may color a cell after its width is known.
 */
export function formatTable(
  columns: readonly TableColumn[],
  rows: readonly (readonly string[])[],
  width: number | undefined,
  style: Grid["style"] = (text) => text,
): string {
  const grid = { columns, rows, style };
  let shown = columns.map((_, index) => index);
  for (;;) {
    const widths = fitWidths(grid, shown, width);
    if (widths !== undefined) return drawTable(grid, shown, widths);
    const omitted = pickDroppable(columns, shown);
    if (omitted === undefined) return drawBlocks(grid, width ?? Number.POSITIVE_INFINITY);
    shown = shown.filter((index) => index !== omitted);
  }
}

/** The cells, and how they are colored. */
interface Grid {
  readonly columns: readonly TableColumn[];
  readonly rows: readonly (readonly string[])[];
  readonly style: (text: string, column: number, row: number) => string;
}

function fitWidths({ columns, rows }: Grid, shown: readonly number[], width: number | undefined): number[] | undefined {
  const natural = shown.map((index) => {
    const header = stringWidth(columns[index]?.header ?? "");
    // `Math.max(...rows)` would fail for many rows, because the number of arguments of a call is limited.
    return rows.reduce((widest, row) => Math.max(widest, stringWidth(row[index] ?? "")), header);
  });
  if (width === undefined) return natural;
  const least = shown.map((index, place) =>
    Math.min(natural[place] ?? 0, columns[index]?.widthMin ?? Number.POSITIVE_INFINITY),
  );
  const room = width - gap * (shown.length - 1);
  const widths = [...natural];
  let excess = sum(widths) - room;
  if (sum(least) > room) return undefined;
  while (excess > 0) {
    let widest = -1;
    for (const [place, current] of widths.entries()) {
      if (current > (least[place] ?? 0) && current > (widths[widest] ?? 0)) widest = place;
    }
    widths[widest] = (widths[widest] ?? 0) - 1;
    excess -= 1;
  }
  return widths;
}

function pickDroppable(columns: readonly TableColumn[], shown: readonly number[]): number | undefined {
  const droppable = shown.filter((index) => columns[index]?.dropOrder !== undefined);
  return droppable.sort((a, b) => (columns[b]?.dropOrder ?? 0) - (columns[a]?.dropOrder ?? 0))[0];
}

function drawTable({ columns, rows, style }: Grid, shown: readonly number[], widths: readonly number[]): string {
  const lines = [columns.map((column) => column.header), ...rows].map((line, lineIndex) =>
    shown.map((index, place) => {
      const width = widths[place] ?? 0;
      const text = truncate(line[index] ?? "", width);
      return style(text, index, lineIndex - 1) + " ".repeat(width - stringWidth(text));
    }),
  );
  // cli-table3 passes the rows as arguments of a call, whose number is limited. So the table is drawn in parts, with
  // cells of the same width.
  const parts: string[] = [];
  for (let start = 0; start < lines.length; start += rowsPerPart) {
    const table = new Table({
      chars: borderless,
      style: { "padding-left": 0, "padding-right": 0, head: [], border: [] },
    });
    table.push(...lines.slice(start, start + rowsPerPart));
    for (const line of table.toString().split("\n")) parts.push(`${line.trimEnd()}\n`);
  }
  return parts.join("");
}

function drawBlocks({ columns, rows, style }: Grid, width: number): string {
  const drawCell = ({ header }: TableColumn, cell: string, styleLine: (line: string) => string): string => {
    const label = header === "" ? "" : `${header}: `;
    const [first = "", ...more] = wrapText(cell, width - stringWidth(label));
    return [`${label}${styleLine(first)}`, ...more.map((line) => " ".repeat(stringWidth(label)) + styleLine(line))]
      .map((line) => `${line.trimEnd()}\n`)
      .join("");
  };
  const blocks = rows.map((row, rowIndex) =>
    columns.map((column, index) => drawCell(column, row[index] ?? "", (line) => style(line, index, rowIndex))).join(""),
  );
  return blocks.join("\n");
}

/** Wider texts are not aligned, so that they do not move the text after the others to the right. */
const alignedWidthMax = 40;

/** Pads the texts with spaces, so that the text after each of them starts in the same column. */
export function alignTexts(texts: readonly string[]): readonly string[] {
  const width = Math.min(alignedWidthMax, Math.max(0, ...texts.map((text) => stringWidth(text))));
  return texts.map((text) => text + " ".repeat(Math.max(0, width - stringWidth(text))));
}

/** Cuts text to `width` columns, with `…` in the last one. Never splits a wide character or a joined emoji. */
export function truncate(text: string, width: number): string {
  if (stringWidth(text) <= width) return text;
  let cut = "";
  let used = 0;
  for (const { segment } of new Intl.Segmenter(undefined, { granularity: "grapheme" }).segment(text)) {
    const next = stringWidth(segment);
    if (used + next > width - 1) break;
    cut += segment;
    used += next;
  }
  return width > 0 ? `${cut}…` : "";
}

/**
 * Breaks text into lines of at most `width` columns, at blanks where possible. A word that is longer than a line is
 * broken where the terminal would break it.
 */
export function wrapText(text: string, width: number): readonly string[] {
  const room = Math.max(2, width);
  const lines: string[] = [];
  let line = "";
  for (const part of text.split(/( +)/)) {
    if (stringWidth(line + part) <= room) {
      line += part;
      continue;
    }
    if (line.trim() !== "") lines.push(line.trimEnd());
    line = "";
    if (part.trim() === "") continue;
    for (const { segment } of new Intl.Segmenter(undefined, { granularity: "grapheme" }).segment(part)) {
      if (stringWidth(line + segment) > room) {
        lines.push(line);
        line = "";
      }
      line += segment;
    }
  }
  if (line.trim() !== "" || lines.length === 0) lines.push(line.trimEnd());
  return lines;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

// cli-table3 draws a border of these parts unless each is empty.
const borderParts = Object.keys(new Table().options.chars);
const borderless = { ...Object.fromEntries(borderParts.map((part) => [part, ""])), middle: " ".repeat(gap) };
