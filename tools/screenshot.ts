import { randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { adminEmail, createAdmin, startLocalServer } from "./local-server.ts";
import { repositoryRoot } from "./paths.ts";
import { type Cell, renderScreen } from "./screen.ts";
import { runInTerminal } from "./terminal.ts";

/**
 * `node tools/screenshot.ts`: runs commands with a real server in a real terminal, and draws the screen as
 * `docs/assets/terminal.svg`, the picture in the README. If the output of the CLI changed, run it after `pnpm build`.
 */
const columns = 104;
const cellWidth = 8.4;
const lineHeight = 19;
const padding = 20;
const palette = ["#1e1e2e", "#f38ba8", "#a6e3a1", "#f9e2af", "#89b4fa", "#f5c2e7", "#94e2d5", "#bac2de"];
const foreground = "#cdd6f4";

function escapeXml(text: string): string {
  return text.replace(/[&<>]/g, (character) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;" })[character] ?? character);
}

function styleOf(cell: Cell): string {
  const fill = cell.color >= 0 ? (palette[cell.color % 8] ?? foreground) : foreground;
  return `fill="${fill}"${cell.isBold ? ' font-weight="bold"' : ""}${cell.isDim ? ' opacity="0.6"' : ""}`;
}

/** Returns a line as runs of characters of the same style, without trailing blanks. */
function drawLine(cells: readonly Cell[], row: number): string {
  let end = cells.length;
  while (end > 0 && cells[end - 1]?.text === " ") end--;
  const runs: string[] = [];
  for (let start = 0; start < end; ) {
    const style = styleOf(cells[start] as Cell);
    let stop = start;
    while (stop < end && styleOf(cells[stop] as Cell) === style) stop++;
    const text = cells
      .slice(start, stop)
      .map((cell) => cell.text)
      .join("");
    const x = padding + start * cellWidth;
    const length = ((stop - start) * cellWidth).toFixed(1);
    runs.push(
      `<tspan x="${x.toFixed(1)}" textLength="${length}" lengthAdjust="spacingAndGlyphs" ${style}>${escapeXml(text)}</tspan>`,
    );
    start = stop;
  }
  return `<text y="${padding + (row + 1) * lineHeight}" xml:space="preserve">${runs.join("")}</text>`;
}

function drawScreen(lines: readonly Cell[][]): string {
  const width = Math.round(columns * cellWidth + 2 * padding);
  const height = lines.length * lineHeight + 2 * padding;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="14">
<rect width="100%" height="100%" rx="10" fill="${palette[0]}"/>
${lines.map(drawLine).join("\n")}
</svg>
`;
}

const folder = mkdtempSync(join(tmpdir(), "briksync-screenshot-"));
const password = randomBytes(15).toString("base64url");
const serverEnv = { DATABASE_URL: `sqlite:${join(folder, "briksync.db")}`, PORT: "0", LOG_LEVEL: "warn" };
await createAdmin(serverEnv, password);
const server = await startLocalServer(serverEnv);
try {
  const env = { BRIKSYNC_SERVER: server.url, BRIKSYNC_CONFIG_DIR: join(folder, "config"), FORCE_COLOR: "1" };
  const answers = [{ question: "Password", type: password }];
  const login = await runInTerminal(["login", "--email", adminEmail, "--insecure-storage"], { env, answers, columns });
  if (login.exitCode !== 0) throw new Error(login.output);
  await runInTerminal(["keys", "create", "Payroll Integration", "--allow-ip", "203.0.113.0/24"], { env, columns });

  const shown: string[] = [];
  for (const args of [
    ["keys", "create", "CRM Integration"],
    ["keys", "allow-ip", "CRM Integration", "--me", "--note", "office"],
    ["keys", "list"],
  ]) {
    const line = args.map((argument) => (/\s/.test(argument) ? `"${argument}"` : argument)).join(" ");
    const { output, exitCode } = await runInTerminal(args, { env, columns });
    if (exitCode !== 0) throw new Error(output);
    shown.push(`\u001b[32m$\u001b[0m \u001b[1mbriksync ${line}\u001b[0m\r\n${output}\r\n`);
  }
  const lines = await renderScreen(shown.join(""), columns);
  while (lines.at(-1)?.every((cell) => cell.text === " ")) lines.pop();
  const target = join(repositoryRoot, "docs/assets/terminal.svg");
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(target, drawScreen(lines));
  console.log(`Wrote docs/assets/terminal.svg (${lines.length} lines)`);
} finally {
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
}
