import type { Context } from "../context.ts";
import { sanitizeText } from "../text/sanitize.ts";
import { formatCsvRow } from "./csv.ts";
import { formatJson } from "./json.ts";

/** One line of a record: `label` and `show` for people, `field` and `value` for CSV. `show` may be several lines. */
export interface RecordField {
  readonly label: string;
  readonly field: string;
  readonly value: string | number | boolean | null | undefined;
  readonly show?: string | readonly string[];
}

/** What to print: `json` is the object of `-o json`, `id` the line of `-o ids`, `fields` the rest, in order. */
export interface RecordLayout {
  readonly json: unknown;
  readonly id: string;
  readonly fields: readonly RecordField[];
}

/** Prints one thing on stdout in the format this run was asked for. */
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
      return io.writeData(formatFields(record.fields, io.colors.bold));
  }
}

function formatFields(fields: readonly RecordField[], bold: (text: string) => string): string {
  const width = Math.max(0, ...fields.map((field) => field.label.length)) + 2;
  return fields
    .map((field) => {
      const shown = field.show ?? String(field.value ?? "");
      const [first = "", ...more] = typeof shown === "string" ? [shown] : shown;
      const lines = [
        bold(field.label.padEnd(width)) + sanitizeText(first),
        ...more.map((line) => " ".repeat(width) + sanitizeText(line)),
      ];
      return `${lines.join("\n")}\n`;
    })
    .join("");
}
