/** The few styles the CLI uses. Each returns its text unchanged where color is off. */
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

/** Styles that style nothing: for pipes, NO_COLOR, TERM=dumb and --no-color. */
export const plainColors: Colors = { bold: keep, dim: keep, red: keep, green: keep, yellow: keep, cyan: keep };

/** Real styles. chalk is loaded only here, so that a run without color does not pay for it. */
export async function loadColors(): Promise<Colors> {
  const { Chalk } = await import("chalk");
  return new Chalk({ level: 1 });
}
