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

/** When output has color: `auto` means at a terminal. */
export type ColorMode = "auto" | "always" | "never";

/**
 * Returns when output has color. `--no-color` decides first, then NO_COLOR, then FORCE_COLOR and CLICOLOR_FORCE. An
 * empty variable counts as not set.
 */
export function chooseColorMode(env: Readonly<Record<string, string | undefined>>, isAllowed: boolean): ColorMode {
  const { NO_COLOR, FORCE_COLOR, CLICOLOR_FORCE, CLICOLOR, TERM } = env;
  if (!isAllowed || NO_COLOR) return "never";
  const isOff = (value: string | undefined): boolean => value === "0" || value === "false";
  if ((FORCE_COLOR && !isOff(FORCE_COLOR)) || (CLICOLOR_FORCE && !isOff(CLICOLOR_FORCE))) return "always";
  return isOff(FORCE_COLOR) || isOff(CLICOLOR) || TERM === "dumb" ? "never" : "auto";
}

/** Loads styles with color. Only this function loads chalk, so that runs without color start faster. */
export async function loadColors(): Promise<Colors> {
  const { Chalk } = await import("chalk");
  return new Chalk({ level: 1 });
}

/** Terminals that announce themselves in TERM_PROGRAM and support hyperlinks in every version that is in use. */
const programs = ["iTerm.app", "WezTerm", "vscode", "ghostty", "Hyper", "Tabby", "rio"];

/**
 * The oldest version of the library of GNOME Terminal, Tilix and others that has hyperlinks without faults (0.50.1).
 */
const vteVersionMin = 5001;

/**
 * Returns whether the terminal supports hyperlinks (OSC 8), according to its environment variables. FORCE_HYPERLINK
 * decides for other terminals.
 */
export function supportsHyperlinks(env: Readonly<Record<string, string | undefined>>): boolean {
  const { FORCE_HYPERLINK: forced, CI, TERM = "", TERM_PROGRAM = "", VTE_VERSION, WT_SESSION, KONSOLE_VERSION } = env;
  if (forced) return forced !== "0" && forced !== "false";
  // tmux and screen may drop the sequences, and show parts of them.
  if (CI || TERM === "dumb" || /^(screen|tmux)/.test(TERM)) return false;
  if (programs.includes(TERM_PROGRAM) || WT_SESSION || KONSOLE_VERSION) return true;
  return /^(xterm-kitty|alacritty|xterm-ghostty|foot)/.test(TERM) || Number(VTE_VERSION) >= vteVersionMin;
}

/** Returns the sequence that starts a link. The URL is normalized, so that it contains no control character. */
export function openLink(url: string): string {
  return `\u001b]8;;${new URL(url).href}\u001b\\`;
}

/** The sequence that ends a link. */
export const closeLink = "\u001b]8;;\u001b\\";
