import type { Context } from "../context.ts";
import { sanitizeText } from "../text/sanitize.ts";
import { formatCsvRow, formatJson } from "./data-formats.ts";
import type { Io } from "./io.ts";

/**
 * One line of a record. `label` and `show` are for people, `field` and `value` for CSV. `show` can have several lines.
 */
export interface RecordField {
  readonly label: string;
  readonly field: string;
  readonly value: string | number | boolean | null | undefined;
  readonly show?: string | readonly string[];
}

/** The content of a record. `json` is printed with `-o json`, `id` with `-o ids`, and `fields` otherwise. */
export interface RecordLayout {
  readonly json: unknown;
  readonly id: string;
  readonly fields: readonly RecordField[];
}

/** Returns a line of a record. People see `show`, or else the value. */
export function createField(
  label: string,
  field: string,
  value: RecordField["value"],
  show?: string | readonly string[],
): RecordField {
  return { label, field, value, ...(show !== undefined && { show }) };
}

/** Returns a line for people only, where programs get another form. */
export function showField(label: string, field: string, show: string | readonly string[]): RecordField {
  return createField(label, field, null, show);
}

/** Prints one record to stdout in the output format of this run. */
export async function printRecord(context: Context, record: RecordLayout): Promise<void> {
  const { io } = context;
  const output = await context.output();
  switch (output) {
    case "json":
      return io.writeData(formatJson(record.json));
    case "csv":
      return io.writeData(
        formatCsvRow(record.fields.map((field) => field.field)) +
          formatCsvRow(record.fields.map((field) => String(field.value ?? ""))),
      );
    case "ids":
      return io.writeData(`${sanitizeText(record.id)}\n`);
    case "table":
      return io.writeData(formatFields(record.fields, io.colors.bold, await chooseWrap(io)));
  }
}

/** Breaks a line that would be wider than the terminal, which has `indent` columns before it. */
export type Wrap = (line: string, indent: number) => readonly string[];

/** Returns how lines are broken. Only a terminal has a width. In a pipe, each value stays on its line. */
export async function chooseWrap({ dataWidth }: Pick<Io, "dataWidth">): Promise<Wrap> {
  if (dataWidth === undefined) return (line) => [line];
  const { wrapText } = await import("./table.ts");
  return (line, indent) => wrapText(line, dataWidth - indent);
}

function formatFields(fields: readonly RecordField[], bold: (text: string) => string, wrap: Wrap): string {
  const width = Math.max(0, ...fields.map((field) => field.label.length)) + 2;
  return fields
    .map((field) => {
      const shown = field.show ?? String(field.value ?? "");
      const wanted = typeof shown === "string" ? [shown] : shown;
      const [first = "", ...more] = wanted.flatMap((line) => wrap(sanitizeText(line), width));
      const lines = [bold(field.label.padEnd(width)) + first, ...more.map((line) => " ".repeat(width) + line)];
      return `${lines.join("\n")}\n`;
    })
    .join("");
}
