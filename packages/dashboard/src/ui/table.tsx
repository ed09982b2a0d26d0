import type { ComponentChildren } from "preact";

/** A column of `Table`. */
export interface Column<Row> {
  readonly label: string;
  readonly cell: (row: Row) => ComponentChildren;
  /** Whether this column names the row. */
  readonly isHeader?: boolean;
  /** Whether only screen readers get the label, as above a column of buttons. */
  readonly isLabelHidden?: boolean;
}

interface TableProps<Row> {
  readonly label: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  /** Class of a row, for rows that are no longer in use. */
  readonly classOf?: (row: Row) => string | undefined;
}

/** A table. On a narrow page, its rows become cards. The roles keep it a table for screen readers even then. */
export function Table<Row extends { readonly id: string }>({ label, columns, rows, classOf }: TableProps<Row>) {
  return (
    // biome-ignore-start lint/a11y/noRedundantRoles: a table that is displayed as blocks loses its roles
    <table role="table" class="cards" aria-label={label}>
      <thead role="rowgroup">
        <tr role="row">
          {columns.map((column) => (
            <th key={column.label} role="columnheader" scope="col">
              <span class={column.isLabelHidden ? "hidden" : undefined}>{column.label}</span>
            </th>
          ))}
        </tr>
      </thead>
      <tbody role="rowgroup">
        {rows.map((row) => (
          <tr key={row.id} role="row" class={classOf?.(row)}>
            {columns.map((column) =>
              column.isHeader ? (
                <th key={column.label} role="rowheader" scope="row">
                  {column.cell(row)}
                </th>
              ) : (
                <td key={column.label} role="cell" data-label={column.isLabelHidden ? undefined : column.label}>
                  <div>{column.cell(row)}</div>
                </td>
              ),
            )}
          </tr>
        ))}
      </tbody>
    </table>
    // biome-ignore-end lint/a11y/noRedundantRoles: see above
  );
}
