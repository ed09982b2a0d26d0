/** Terminals that announce themselves in TERM_PROGRAM and support hyperlinks in every version that is in use. */
const programs = ["iTerm.app", "WezTerm", "vscode", "ghostty", "Hyper", "Tabby", "rio"];

/** The oldest version of the library of GNOME Terminal, Tilix and others that has hyperlinks without faults (0.50.1). */
const vteVersionMin = 5001;

/**
 * Returns whether the terminal supports hyperlinks (OSC 8), as far as its environment variables tell. FORCE_HYPERLINK
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
