/** The styles of the CLI. Without color, each returns its text unchanged. */
export interface Colors {
  readonly bold: (text: string) => string;
  readonly dim: (text: string) => string;
  readonly red: (text: string) => string;
  readonly green: (text: string) => string;
  readonly yellow: (text: string) => string;
  readonly cyan: (text: string) => string;
}

function keep(text: string): string {
  return text;
}

/** Styles without color, for pipes, NO_COLOR, TERM=dumb and --no-color. */
export const plainColors: Colors = { bold: keep, dim: keep, red: keep, green: keep, yellow: keep, cyan: keep };

/** Loads styles with color. Only this function loads chalk, so that runs without color start faster. */
export async function loadColors(): Promise<Colors> {
  const { Chalk } = await import("chalk");
  return new Chalk({ level: 1 });
}
