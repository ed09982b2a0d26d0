import headless from "@xterm/headless";

// The package is CommonJS, so its exports are properties of the default import.
const { Terminal } = headless;

/** A character on the screen of a terminal. `color` is a palette index, or -1 for the default. */
export interface Cell {
  readonly text: string;
  readonly color: number;
  readonly isBold: boolean;
  readonly isDim: boolean;
}

/**
 * Passes the raw output of a program to a terminal emulator. Returns the lines that a person finally sees, without
 * redrawn prompts and erased spinners.
 */
export async function renderScreen(output: string, columns: number): Promise<Cell[][]> {
  const terminal = new Terminal({ cols: columns, rows: 50, scrollback: 10_000, allowProposedApi: true });
  await new Promise<void>((resolve) => terminal.write(output, resolve));
  const buffer = terminal.buffer.active;
  const lines: Cell[][] = [];
  for (let row = 0; row <= buffer.baseY + buffer.cursorY; row++) {
    const line = buffer.getLine(row);
    const cells: Cell[] = [];
    for (let column = 0; line !== undefined && column < line.length; column++) {
      const cell = line.getCell(column);
      if (cell === undefined || cell.getWidth() === 0) continue;
      cells.push({
        text: cell.getChars() || " ",
        color: cell.isFgPalette() ? cell.getFgColor() : -1,
        isBold: cell.isBold() !== 0,
        isDim: cell.isDim() !== 0,
      });
    }
    lines.push(cells);
  }
  terminal.dispose();
  return lines;
}

/** Returns the lines of {@link renderScreen} as plain text, without trailing blanks. */
export async function renderText(output: string, columns: number): Promise<string> {
  const lines = await renderScreen(output, columns);
  return lines
    .map((cells) =>
      cells
        .map((cell) => cell.text)
        .join("")
        .trimEnd(),
    )
    .join("\n")
    .trimEnd();
}
