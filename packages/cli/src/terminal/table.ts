import Table from "cli-table3";
import stringWidth from "string-width";

/** How one column may be narrowed when the terminal is too narrow for everything. */
export interface TableColumn {
  readonly header: string;
  /** The least this column may shrink to; left out: it never shrinks, as an id that has to be copied whole. */
  readonly widthMin?: number;
  /** Columns with a number may be left out, the highest first. */
  readonly dropOrder?: number;
}

const gap = 2;
const rowsPerPart = 1_000;

/**
 * Lays rows out without borders, `gap` blanks between columns. Cells must be free of controls. `width` is the
 * terminal's: then shrinkable columns are cut with `…`, the widest first, then droppable columns go; where even that is
 * not enough, each row becomes a block of lines `header: cell`. Undefined: nothing is cut. `style` may color a cell
 * after its width is settled.
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
    const victim = pickDroppable(columns, shown);
    if (victim === undefined) return drawBlocks(grid, width ?? Number.POSITIVE_INFINITY);
    shown = shown.filter((index) => index !== victim);
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
    // Not Math.max(…rows): a call takes only so many arguments, and there may be more rows than that.
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
  // cli-table3 spreads the rows over the arguments of a call, which takes only so many. The cells of all parts are
  // padded alike.
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

/** Texts wider than this do not push what follows the others to the right. */
const alignedWidthMax = 40;

/** Returns the texts with spaces at their ends, so that what follows them begins in the same column. */
export function alignTexts(texts: readonly string[]): readonly string[] {
  const width = Math.min(alignedWidthMax, Math.max(0, ...texts.map((text) => stringWidth(text))));
  return texts.map((text) => text + " ".repeat(Math.max(0, width - stringWidth(text))));
}

/**
 * Cuts text to `width` columns, with `…` as its last one; never through a character that takes two columns or a joined
 * emoji.
 */
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
